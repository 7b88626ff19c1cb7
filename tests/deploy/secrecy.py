"""No secret shows in `docker inspect`, logs, metrics, or an image's layers."""

import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tests.deploy.deployment import Deployment
from tests.deploy.figures import IMAGES

CANARY = "123456789:planted-canary-planted-canary-planted"
MEASURED = ("feed", "filter", "indexer", "requests", "bot", "analytics", "exporter")


def check(deployment: Deployment) -> str:
    """Every key, password and token of the deployment is looked for everywhere; how much was looked through."""
    secrets = _secrets(deployment)
    places = {
        "docker inspect": deployment.engine.must("inspect", *deployment.containers()).encode(),
        "logs": deployment.compose("logs", "--no-color").everything.encode(),
        "metrics": b"".join(_metrics(deployment)),
    }
    for image in IMAGES:
        places[f"{image}'s history"] = deployment.engine.must("history", "--no-trunc", image).encode()
    found = [(name, place) for place, text in places.items() for name, secret in secrets.items() if secret in text]
    assert not found, found
    for image in IMAGES:
        found = [
            (name, place)
            for place, text in _layers(deployment, image)
            for name, secret in secrets.items()
            if secret in text
        ]
        assert not found, found
    sizes = ", ".join(f"{place} {len(text) / 1e3:.0f} kB" for place, text in places.items())
    return f"{len(secrets)} secrets are nowhere in: {sizes}, all layers of {len(IMAGES)} images"


def plant(deployment: Deployment) -> None:
    """Secrets in the checkout, before the images are built: none may get into a layer."""
    planted = deployment.home.parent / ".stack" / "credentials" / "bot"
    planted.mkdir(parents=True)
    (planted / "client.pem").write_text(CANARY, encoding="utf-8")
    (deployment.home / ".env").write_text(f"COMPOSE_PROFILES=core\nTELEGRAM_TOKEN={CANARY}\n", encoding="utf-8")


def token_reaches_the_bot_alone(deployment: Deployment) -> str:
    """With a real token in .env (nobody is started but the set-up): no container's configuration has it."""
    deployment.write_env(f"TELEGRAM_TOKEN={CANARY}")
    deployment.must("up", "setup")
    deployment.must("create")
    inspected = deployment.engine.must("inspect", *deployment.containers())
    logs = deployment.compose("logs", "--no-color").everything
    assert CANARY not in inspected and CANARY not in logs
    command = "cat /run/credentials/settings.env"
    handed = deployment.must("run", "--rm", "--no-deps", "-T", "bot", "sh", "-c", command)
    assert CANARY in handed, handed
    filters = deployment.compose("run", "--rm", "--no-deps", "-T", "filter", "sh", "-c", "env; cat /run/credentials/*")
    assert CANARY not in filters.everything
    return "it is in the file that the bot alone is handed, and in no environment"


def _secrets(deployment: Deployment) -> dict[str, bytes]:
    """Name → the part of each secret by which it is recognised."""
    (setup,) = deployment.containers("setup")
    place = deployment.home.parent / "secrets"
    shutil.rmtree(place, ignore_errors=True)
    deployment.engine.must("cp", f"{setup}:/var/lib/yarmarka", str(place))
    found = {"canary": CANARY.encode()}
    for path in place.rglob("*"):
        if path.is_file() and path.name != "ca.pem":
            found[str(path.relative_to(place))] = _recognised(path.read_bytes())
    shutil.rmtree(place)
    assert len(found) > 30, sorted(found)
    return found


def _recognised(content: bytes) -> bytes:
    if b"PRIVATE KEY" in content:
        return content.splitlines()[2]
    return content.strip()


def _metrics(deployment: Deployment) -> Iterator[bytes]:
    for service in MEASURED:
        said = deployment.inside(service, "python", "-m", "ops.deployment.ready", "http://127.0.0.1:8000/metrics")
        assert said.status == 0, said.everything
        code = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8000/metrics').read().decode())"
        yield deployment.inside(service, "python", "-c", code).out.encode()


def _layers(deployment: Deployment, image: str) -> Iterator[tuple[str, bytes]]:
    """Every file of every layer that is smaller than a library."""
    archive = deployment.home.parent / "image.tar"
    deployment.engine.must("save", "-o", str(archive), image)
    with tarfile.open(archive) as outer:
        for layer in outer.getmembers():
            if layer.name.endswith("layer.tar") and (file := outer.extractfile(layer)) is not None:
                yield from _small_files(layer.name, file)
    Path(archive).unlink()


def _small_files(layer: str, content: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=content) as inner:
        for member in inner.getmembers():
            if member.isfile() and member.size < 200_000 and (file := inner.extractfile(member)) is not None:
                yield f"{layer}:{member.name}", file.read()
