"""The set-up of a deployment: credentials are made, and each container's directory is filled."""

import os
from collections.abc import Iterator
from pathlib import Path

from ops.deployment.recipients import JAVA, OURS, RECIPIENTS, Recipient
from ops.deployment.site import Deployment
from ops.private_files import write_private
from ops.stack import credentials

# Volumes of data at a place that the image does not have: they would belong to root.
DATA = {"namenode": JAVA, "datanode": JAVA}


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


def give_shops_folder(folder: Path) -> None:
    """Make the shops' folder the feed's own, which moves what it has read to `done/` and `refused/`."""
    os.chown(folder, OURS, OURS)


def _fill(recipient: Recipient, deployment: Deployment, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    os.chown(directory, recipient.uid, recipient.uid)
    for name, content in recipient.files(deployment).items():
        write_private(directory / name, content, owner=recipient.uid)
