"""What the doors (`python -m ops|pipeline|analytics|bot`) have in common."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import NoReturn, TypeVar

import click
import typer
from typer.core import TyperGroup

from ops.errors import StartupError

T = TypeVar("T")
STARTUP_FAILED = 2
INTERRUPTED = 130


class Door(TyperGroup):
    """A group of commands that reports a start-up failure as one sentence and exit status 2."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except StartupError as error:
            _leave(str(error), STARTUP_FAILED)
        except KeyboardInterrupt:
            _leave("stopped", INTERRUPTED)


def make_door(text: str) -> typer.Typer:
    """A typer application with our habits: no traceback decoration, help when called without a command."""
    return typer.Typer(
        help=text, cls=Door, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )  # fmt: skip


def run(main: Coroutine[object, object, T]) -> T:
    """Run a coroutine on uvloop to its end."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def _leave(sentence: str, status: int) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(status)
