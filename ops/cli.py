"""What the command lines (`python -m ops|pipeline|analytics|bot`) have in common."""

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from ops.errors import StartupError

T = TypeVar("T")
STARTUP_FAILED = 2
INTERRUPTED = 130
Dir = Annotated[
    Path, typer.Option("--dir", envvar="YARMARKA_STACK_DIR", help="the directory that holds all state of the stack")
]
DEFAULT_DIR = Path(".stack")


def make_cli(text: str) -> typer.Typer:
    """A typer application with our habits: no decorated tracebacks, help when called without a command."""
    cli = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    cli.callback(help=text)(lambda: None)
    return cli


def enter(cli: typer.Typer) -> None:
    """Run the command line; a start-up failure is one sentence and exit status 2."""
    try:
        cli()
    except StartupError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(STARTUP_FAILED)
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        sys.exit(INTERRUPTED)


def run(main: Coroutine[object, object, T]) -> T:
    """Run a coroutine on uvloop to its end."""
    from ops.loop import Loop

    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(main)
