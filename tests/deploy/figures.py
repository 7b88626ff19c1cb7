"""How much memory the containers use, and how large the images are."""

from tests.deploy.deployment import Deployment

IMAGES = ("yarmarka/services:0.1.0", "yarmarka/analytics:0.1.0")
SERVICES_BAR = 450e6


def image_sizes(deployment: Deployment) -> str:
    sizes = {name: int(deployment.engine.must("image", "inspect", "-f", "{{.Size}}", name)) for name in IMAGES}
    assert sizes[IMAGES[0]] <= SERVICES_BAR, sizes
    return ", ".join(f"{name} {size / 1e6:.0f} MB" for name, size in sizes.items())


def memory(deployment: Deployment) -> str:
    """Resident memory of all processes of each container, in MB."""
    found = {}
    for one in deployment.inspected(*deployment.containers()):
        if one["State"]["Running"]:
            listed = deployment.engine.must("top", one["Id"], "-o", "pid,rss")
            found[one["Name"].lstrip("/")] = sum(int(line.split()[1]) for line in listed.splitlines()[1:]) / 1024
    total = sum(found.values())
    rows = sorted(found.items(), key=lambda row: -row[1])
    return "\n".join(f"{name} {size:.0f}" for name, size in [*rows, ("all", total)])
