"""`python -m pipeline dead-letters list|show|replay|discard`."""

import asyncio
import contextlib
import getpass
import signal
import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

import typer

from ops.cli import make_cli, run

if TYPE_CHECKING:
    from pipeline.dead_letters.settling import Action, SettlingProgress
    from pipeline.dead_letters.store import DeadLetterStore

cli = make_cli("Messages that a service could not deal with: look at them, send them again, dismiss them.")
NOTHING_DONE = 1
DETAIL_SHOWN = 90
DIRECTORY = "cli"

Reason = Annotated[str | None, typer.Option(help="Only dead letters with this class of fault.")]
Source = Annotated[str, typer.Argument(help="topic-partition-offset, or feed:file:line:offset, as `list` shows it.")]
Sources = Annotated[list[str] | None, typer.Argument(help="Dead letters as `list` shows them; or give --reason.")]


@cli.command("list")
def show_list(
    reason: Reason = None,
    limit: Annotated[int, typer.Option(min=1, help="How many dead letters of each reason are shown.")] = 10,
) -> None:
    """Open dead letters by reason, the oldest first."""

    async def read() -> None:
        async with _opened() as store:
            summary = await store.summary()
            shown = [kind for kind in summary.kinds if reason in {None, kind.reason}]
            for name in sorted({kind.reason for kind in shown}):
                number = sum(kind.open for kind in shown if kind.reason == name)
                typer.echo(f"{name}: {number}")
                for stored in await store.page(name, 0, limit):
                    letter = stored.letter
                    typer.echo(f"  {letter.source}  {letter.at:%Y-%m-%d %H:%M:%S}  {letter.service}  "
                               f"{letter.detail[:DETAIL_SHOWN]}")  # fmt: skip
                if number > limit:
                    typer.echo(f"  … {number - limit} more")
            typer.echo(f"{sum(kind.open for kind in shown)} open")

    run(read())


@cli.command()
def show(source: Source) -> None:
    """One dead letter with its message."""
    from base64 import b64decode

    async def read() -> None:
        async with _opened() as store:
            (offset,) = await _offsets(store, [source])
            stored = await store.letter(offset)
            if stored is None:
                raise _unknown(source)
            for name in ("source", "topic", "key", "service", "at", "reason", "detail", "truncated"):
                typer.echo(f"{name}: {getattr(stored.letter, name)}")
            typer.echo(b64decode(stored.letter.value).decode("utf-8", "backslashreplace"))

    run(read())


@cli.command()
def replay(sources: Sources = None, reason: Reason = None) -> None:
    """Send dead letters to the topic they came from again, after the fault has been mended. ^C stops it."""
    from pipeline.dead_letters.settling import Action

    run(_settle(Action.REPLAY, sources, reason, ""))


@cli.command()
def discard(
    why: Annotated[str, typer.Option("--why", help="The reason; it stays in the topic.")],
    sources: Sources = None,
    reason: Reason = None,
) -> None:
    """Dismiss dead letters without sending anything. ^C stops it."""
    from pipeline.dead_letters.settling import Action

    run(_settle(Action.DISCARD, sources, reason, why))


async def _settle(action: "Action", sources: list[str] | None, reason: str | None, why: str) -> None:
    import uuid

    from pipeline.dead_letters.settling import LetterOrder
    from pipeline.kafka.audit import Actor

    if bool(sources) == (reason is not None):
        raise typer.BadParameter("give dead letters, or --reason for all of one class")
    by = Actor(f"terminal:{getpass.getuser()}", getpass.getuser(), "terminal")
    async with _opened() as store:
        offsets = await _offsets(store, sources or [])
        await _check(store, action, offsets)
        summary = await store.summary()
        letters = len(offsets) or sum(kind.open for kind in summary.of(reason or ""))
        upto = await store.last(reason or "")
        single = sources[0] if sources and len(sources) == 1 else ""
        order = LetterOrder(action, uuid.uuid4().hex, by, why, reason or "", upto, tuple(offsets), single)
        line, stop = _ProgressLine(), asyncio.Event()
        # The batch under way is finished; a second ^C breaks off, which loses nothing either.
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, _stop_once, stop)
        progress = await store.settle(
            order, letters, lambda now: line.show(now.settled + now.refused, letters), stop.is_set
        )
        line.end()
        _say(action, progress)
        if stop.is_set():
            typer.echo("stopped; the others are open as before", err=True)


def _stop_once(stop: asyncio.Event) -> None:
    stop.set()
    asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)


async def _check(store: "DeadLetterStore", action: "Action", offsets: list[int]) -> None:
    """Of dead letters that are named, one that cannot be sent again stops all, before anything is sent."""
    from pipeline.dead_letters.letters import SENTENCES, refusal
    from pipeline.dead_letters.settling import Action

    if action is not Action.REPLAY:
        return
    for offset in offsets:
        stored = await store.letter(offset)
        fault = refusal(stored.letter) if stored is not None else None
        if stored is not None and fault is not None:
            typer.echo(SENTENCES[fault].format(source=stored.letter.source), err=True)
            raise typer.Exit(NOTHING_DONE)


def _say(action: "Action", progress: "SettlingProgress") -> None:
    from pipeline.dead_letters.letters import Outcome
    from pipeline.dead_letters.settling import Action

    always = (Outcome.REPLAYED, Outcome.SUPERSEDED) if action is Action.REPLAY else (Outcome.DISCARDED,)
    counts = {outcome: progress.outcomes.get(outcome, 0) for outcome in Outcome}
    typer.echo(", ".join(f"{n} {outcome}" for outcome, n in counts.items() if n or outcome in always))
    if progress.refused:
        typer.echo(f"{progress.refused} cannot be sent again and stay open; `show` and `replay` of one say why")


class _ProgressLine:
    """One line that changes, for a person who looks at it; nothing where nobody does."""

    def __init__(self) -> None:
        self._shown = False

    def show(self, done: int, total: int, what: str = "dead letters") -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{done:,} of {total:,} {what}")
            sys.stderr.flush()
            self._shown = True

    def end(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


@contextlib.asynccontextmanager
async def _opened() -> "AsyncIterator[DeadLetterStore]":
    """The store with its numbers up to date: the first time of a long topic takes a while, the next a moment."""
    from ops import logs
    from ops.settings import load
    from pipeline.dead_letters.store import open_store

    settings = load()
    logs.configure(settings.log.model_copy(update={"level": "WARNING"}), "cli")
    async with open_store(settings, DIRECTORY) as store:
        line = _ProgressLine()
        await store.catch_up(lambda done, total: line.show(done, total, "records counted"))
        line.end()
        following = asyncio.create_task(store.run())
        try:
            yield store
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def _offsets(store: "DeadLetterStore", sources: list[str]) -> list[int]:
    found = []
    for source in dict.fromkeys(sources):
        offset = await store.find(source)
        if offset is None:
            raise _unknown(source)
        found.append(offset)
    return found


def _unknown(source: str) -> typer.BadParameter:
    return typer.BadParameter(f"no open dead letter {source}; `dead-letters list` shows those there are")
