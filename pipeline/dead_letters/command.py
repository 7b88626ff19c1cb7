"""`python -m pipeline dead-letters list|show|replay|discard`."""

import getpass
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated

import typer

from ops.cli import make_cli, run

if TYPE_CHECKING:
    from pipeline.dead_letters.store import DeadLetterStore, OpenDeadLetter
    from pipeline.kafka.audit import Actor

cli = make_cli("Messages that a service could not deal with: look at them, send them again, dismiss them.")
NOTHING_DONE = 1
DETAIL_SHOWN = 90

Reason = Annotated[str | None, typer.Option(help="Only dead letters with this class of fault.")]
Source = Annotated[str, typer.Argument(help="topic-partition-offset, or feed:file:line:offset, as `list` shows it.")]
Sources = Annotated[list[str] | None, typer.Argument(help="Dead letters as `list` shows them; or give --reason.")]


@cli.command("list")
def show_list(
    reason: Reason = None,
    limit: Annotated[int, typer.Option(min=1, help="How many dead letters of each reason are shown.")] = 10,
) -> None:
    """Open dead letters by reason, the oldest first."""
    entries = [entry for entry in _open() if reason in {None, entry.reason}]
    for name in sorted({entry.reason for entry in entries}):
        group = [entry for entry in entries if entry.reason == name]
        typer.echo(f"{name}: {len(group)}")
        for entry in group[:limit]:
            typer.echo(
                f"  {entry.source}  {entry.at:%Y-%m-%d %H:%M:%S}  {entry.service}  {entry.detail[:DETAIL_SHOWN]}"
            )
        if len(group) > limit:
            typer.echo(f"  … {len(group) - limit} more")
    typer.echo(f"{len(entries)} open")


@cli.command()
def show(source: Source) -> None:
    """One dead letter with its message."""
    from base64 import b64decode

    async def read(store: "DeadLetterStore") -> None:
        (entry,) = _named(await store.open_dead_letters(), [source])
        dead_letter = await store.read(entry)
        for name in ("source", "topic", "key", "service", "at", "reason", "detail", "truncated"):
            typer.echo(f"{name}: {getattr(dead_letter, name)}")
        typer.echo(b64decode(dead_letter.value).decode("utf-8", "backslashreplace"))

    run(_with_store(read))


@cli.command()
def replay(sources: Sources = None, reason: Reason = None) -> None:
    """Send dead letters to the topic they came from again, after the fault has been mended."""
    from pipeline.dead_letters.store import CannotReplay

    async def send(store: "DeadLetterStore") -> None:
        entries = _chosen(await store.open_dead_letters(), sources, reason)
        try:
            counts = await store.replay(entries, _person())
        except CannotReplay as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(NOTHING_DONE) from None
        typer.echo(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))

    run(_with_store(send))


@cli.command()
def discard(
    why: Annotated[str, typer.Option("--why", help="The reason; it stays in the topic.")],
    sources: Sources = None,
    reason: Reason = None,
) -> None:
    """Dismiss dead letters without sending anything."""

    async def dismiss(store: "DeadLetterStore") -> None:
        entries = _chosen(await store.open_dead_letters(), sources, reason)
        await store.discard(entries, _person(), why)
        typer.echo(f"{len(entries)} discarded")

    run(_with_store(dismiss))


def _person() -> "Actor":
    from pipeline.kafka.audit import Actor

    return Actor(f"terminal:{getpass.getuser()}", getpass.getuser(), "terminal")


def _open() -> "list[OpenDeadLetter]":
    found: list[OpenDeadLetter] = []

    async def read(store: "DeadLetterStore") -> None:
        found.extend(await store.open_dead_letters())

    run(_with_store(read))
    return found


async def _with_store(use: "Callable[[DeadLetterStore], Coroutine[object, object, None]]") -> None:
    from ops import logs
    from ops.settings import load
    from pipeline.dead_letters.store import DeadLetterStore

    settings = load()
    logs.configure(settings.log.model_copy(update={"level": "WARNING"}), "cli")
    await use(DeadLetterStore(settings))


def _chosen(entries: "list[OpenDeadLetter]", sources: list[str] | None, reason: str | None) -> "list[OpenDeadLetter]":
    if bool(sources) == (reason is not None):
        raise typer.BadParameter("give dead letters, or --reason for all of one class")
    return _named(entries, sources) if sources else [entry for entry in entries if entry.reason == reason]


def _named(entries: "list[OpenDeadLetter]", sources: list[str]) -> "list[OpenDeadLetter]":
    by_source = {entry.source: entry for entry in entries}
    missing = [source for source in sources if source not in by_source]
    if missing:
        raise typer.BadParameter(f"no open dead letter {missing[0]}; `dead-letters list` shows those there are")
    return [by_source[source] for source in dict.fromkeys(sources)]
