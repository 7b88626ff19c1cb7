"""`python -m pipeline feed`."""

import getpass
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.cli import run

if TYPE_CHECKING:
    from ops.settings import Settings
    from pipeline.feed.dropped import Dropped
    from pipeline.feed.feed_service import FeedParts
    from pipeline.feed.parsers import Parsers
    from pipeline.feed.product_row import Defaults
    from pipeline.feed.progress import Board
    from pipeline.feed.running_feed import FeedOrigin, RunningFeed


@dataclass(frozen=True, slots=True)
class Given:
    """What the options say."""

    store: str
    id_prefix: str
    site: str

    def defaults(self, settings: "Settings") -> "Defaults":
        """The same with what the settings say: the marketplace's currency, and the rates of others."""
        from pipeline.feed.currencies import Rates
        from pipeline.feed.product_row import Defaults

        rates = Rates(settings.market.currency, settings.market.rate_of())
        return Defaults(self.store, self.id_prefix, self.site, rates)


ALL_SENT, SOME_REFUSED, UNREADABLE = 0, 1, 2


def feed(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="JSON, JSON lines, YML, Google Merchant's RSS, CSV with a header; also packed with gzip or zip."
        ),
    ] = None,
    *,
    store: Annotated[str, typer.Option(help="The shop, for rows that name none, and for YML.")] = "",
    id_prefix: Annotated[str, typer.Option(help="Put before every product id, for shops that number from 1.")] = "",
    encoding: Annotated[str | None, typer.Option(help="What the text is in, when the file says it wrong.")] = None,
    site: Annotated[str, typer.Option(help="The shop's address, which completes those of its pictures.")] = "",
    whole: Annotated[
        bool | None,
        typer.Option(
            "--whole/--partial",
            help="All offers of the shop, so that what is missing is withdrawn; or some of them. "
            "Without it, what the shop's setting says, else YML is whole.",
        ),
    ] = None,
    watch: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Stay, and feed what shops drop into their folders in this one, once each."),
    ] = None,
) -> None:
    """Send product feeds to Kafka.

    Refused rows go to dead_letters. Exit status: 0 all rows sent, 1 some refused, 2 a file could not be read or
    the command could not start.
    """
    if bool(files) == bool(watch):
        raise typer.BadParameter("give files, or --watch with a folder")
    origin = _origin(store, id_prefix, whole, watched=watch is not None)
    if watch is not None:
        if store:
            raise typer.BadParameter("--watch takes no --store: each shop has a folder of its own, named like its id")
        run(_watch(watch, origin, Given("", id_prefix, site), encoding))
        return
    status = run(_feed(files or [], origin, Given(store, id_prefix, site), encoding))
    if status:
        raise typer.Exit(status)


def _origin(store: str, id_prefix: str, whole: bool | None, *, watched: bool) -> "FeedOrigin":
    from pipeline.contracts.feeds import FeedScope
    from pipeline.feed.running_feed import FeedOrigin

    scope = None if whole is None else FeedScope.WHOLE if whole else FeedScope.PARTIAL
    if watched:
        return FeedOrigin("folder", scope=scope, shop=store, id_prefix=id_prefix)
    name = getpass.getuser()
    return FeedOrigin("terminal", f"terminal:{name}", name, scope, store, id_prefix)


async def _feed(files: list[Path], origin: "FeedOrigin", given: "Given", encoding: str | None) -> int:
    import contextlib
    import sys

    from ops import logs
    from ops.settings import load
    from pipeline.feed.dropped import shown
    from pipeline.feed.feed_service import open_feeder
    from pipeline.feed.parsers import Parsers
    from pipeline.feed.progress import Board, Lines, ProgressBar

    settings = load()
    # Refused rows are told in the summary; a line of log for each would drown it.
    logs.configure(settings.log.model_copy(update={"level": "ERROR"}), "feed")
    with contextlib.ExitStack() as stack:
        board: Board = stack.enter_context(ProgressBar()) if sys.stderr.isatty() else Lines()
        parsers = stack.enter_context(Parsers(settings.feed, given.defaults(settings), encoding, follow_links=True))
        async with open_feeder(settings) as parts:
            return max(
                [await _feed_one(path, parts.begin(shown(path), origin), parsers, parts, board) for path in files]
            )


async def _feed_one(path: Path, feed: "RunningFeed", parsers: "Parsers", parts: "FeedParts", board: "Board") -> int:
    """Feed one file and say what came of it; the exit status that it asks for."""
    import asyncio

    from pipeline.feed.dropped import FileState
    from pipeline.feed.refused_rows import verdict
    from pipeline.feed.rows import UnreadableFile

    name, summary = feed.name, feed.summary
    # A link that a person names is followed; in the shops' folder it is not.
    file = await asyncio.to_thread(path.resolve)
    before = FileState.of(file)
    try:
        await parts.feeder.feed(file, feed, parsers=parsers, board=board)
    except UnreadableFile as error:
        typer.echo(f"{name}: {error}", err=True)
        return UNREADABLE
    await parts.feeder.conclude(feed, unchanged=lambda: FileState.of(file) == before)
    typer.echo("\n".join(summary.report(name, verdict(summary, parts.settings.refused_letters))))
    if FileState.of(file) != before:
        typer.echo(f"{name}: it changed while it was read; feed it again when it is complete.", err=True)
        return UNREADABLE
    return SOME_REFUSED if summary.refused or summary.incomplete else ALL_SENT


async def _watch(folder: Path, origin: "FeedOrigin", given: "Given", encoding: str | None) -> None:
    from ops.service import running
    from ops.settings import load
    from pipeline.feed.dealing import Dealing
    from pipeline.feed.drop_folder import DropFolder
    from pipeline.feed.feed_service import fetching, open_feeder, serving
    from pipeline.feed.parsers import Parsers
    from pipeline.feed.watching import Watcher

    settings = load()
    drop = DropFolder(folder, settings.feed.quiet_s)
    with Parsers(settings.feed, given.defaults(settings), encoding) as parsers:
        async with (
            running("feed", settings) as service,
            open_feeder(settings, patience_s=float("inf")) as parts,
            serving(settings, parts) as last,
            fetching(settings, parts, service, folder, last) as addresses,
        ):

            def begin(file: "Dropped") -> "RunningFeed":
                return parts.begin_dropped(file, origin)

            letters = settings.feed.refused_letters
            dealing = Dealing(drop, parsers, parts.feeder, letters, begin, was_fed=addresses.was_fed)
            await Watcher(service, drop, dealing, settings.feed).run()
