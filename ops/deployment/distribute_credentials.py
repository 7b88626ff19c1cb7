"""The set-up of a deployment: credentials are made, and each container's directory is filled."""

import os
from collections.abc import Iterator
from pathlib import Path

from ops.deployment.recipients import JAVA, OURS, RECIPIENTS, Recipient
from ops.deployment.site import Deployment
from ops.private_files import write_private
from ops.stack import credentials

FED = ".demo-catalogue"
SEED = 20
# Volumes of data at a place that the image does not have: they would belong to root.
DATA = {"namenode": JAVA, "datanode": JAVA}
DEMO_FEEDS = "products-"


def distribute_credentials(deployment: Deployment, target: Path, *, renew: bool = False) -> Iterator[str]:
    """Make what is missing and fill `target/<recipient>`; yields what was done.

    Every file belongs to its reader's user, mode 600, and is replaced in one step: a server that watches it never
    sees half of it. With `renew` every certificate is issued anew. Needs the right to change owners.
    """
    deployment.directory.make()
    issued = credentials.issue(deployment.directory, renew=renew)
    yield f"issued: {', '.join(issued)}" if issued else "no certificate is missing"
    for recipient in RECIPIENTS:
        _fill(recipient, deployment, target / recipient.name)
    for name, uid in DATA.items():
        if (target / "data" / name).is_dir():
            os.chown(target / "data" / name, uid, uid)
    yield f"handed out to {len(RECIPIENTS)} containers"


def shops_folder(folder: Path, *, demo: bool) -> bool:
    """Give the shops' folder to the feed; with `demo`, put the demo's feeds into it, once in its life.

    True when this was the time. The banned products beside them are for `python -m pipeline bans --apply`; a hidden
    file is no feed.
    """
    from ops.demo import feeds

    os.chown(folder, OURS, OURS)
    mark = folder / FED
    if not demo or mark.exists():
        return False
    for name, content in feeds.files(SEED).items():
        if name.startswith(DEMO_FEEDS):
            write_private(folder / name, content, owner=OURS)
    write_private(mark, b"", owner=OURS)
    return True


def _fill(recipient: Recipient, deployment: Deployment, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    os.chown(directory, recipient.uid, recipient.uid)
    for name, content in recipient.files(deployment).items():
        write_private(directory / name, content, owner=recipient.uid)
