"""What the commands of this room have in common; imports nothing that makes `--help` slow."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ops.settings import Settings

Dir = Annotated[
    Path | None, typer.Option("--dir", help="the stack's directory, else that of YARMARKA_STACK_DIR, else .stack")
]
NOT_DONE = 1
"""The exit status of a command that was understood and could not do all of its work."""


def load_settings(directory: Path | None) -> "Settings":
    """The settings of the stack in that directory, for this process and those that it starts; warnings are logged."""
    from ops import logs
    from ops.settings import STACK_DIR_NAME, load

    if directory is not None:
        os.environ[STACK_DIR_NAME] = str(directory.resolve())
    settings = load()
    logs.configure(settings.log.model_copy(update={"level": "WARNING"}), "analytics")
    return settings
