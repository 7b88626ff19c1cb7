"""`python -m pipeline feed`."""

from pathlib import Path
from typing import Annotated

import typer

from ops.cli import run

ALL_SENT, SOME_REFUSED, UNREADABLE = 0, 1, 2


def feed(
    files: Annotated[list[Path] | None, typer.Argument(help="JSON, JSON lines or YML; also packed with gzip.")] = None,
    store: Annotated[str, typer.Option(help="The shop, for rows that name none, and for YML.")] = "",
    id_prefix: Annotated[str, typer.Option(help="Put before every product id, for shops that number from 1.")] = "",
    encoding: Annotated[str | None, typer.Option(help="What the text is in, when the file says it wrong.")] = None,
    watch: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Stay, and feed what shops drop into this folder, once each.")
    ] = None,
) -> None:
    """Send product feeds to Kafka.

    Refused rows go to dead_letters. Exit status: 0 all rows sent, 1 some refused, 2 a file could not be read or
    the command could not start.
    """
    if bool(files) == bool(watch):
        raise typer.BadParameter("give files, or --watch with a folder")
    if watch is not None:
        run(_watch(watch, store, id_prefix, encoding))
        return
    status = run(_feed(files or [], store, id_prefix, encoding))
    if status:
        raise typer.Exit(status)


async def _feed(files: list[Path], store: str, id_prefix: str, encoding: str | None) -> int:
    import contextlib
    import sys

    from ops import logs
    from ops.kafka import Kafka
    from ops.settings import load
    from pipeline.feed.feeding import feed as feed_file
    from pipeline.feed.product_row import Defaults
    from pipeline.feed.progress import Board, Lines, ProgressBar
    from pipeline.feed.rows import UnreadableFile
    from pipeline.feed.sender import Sender

    settings = load()
    # Refused rows are told in the summary; a line of log for each would drown it.
    logs.configure(settings.log.model_copy(update={"level": "ERROR"}), "feed")
    status = ALL_SENT
    with contextlib.ExitStack() as stack:
        board: Board = stack.enter_context(ProgressBar()) if sys.stderr.isatty() else Lines()
        async with Sender(Kafka(settings, "feed")) as sender:
            for path in files:
                try:
                    summary = await feed_file(path, sender, board, Defaults(store, id_prefix), encoding)
                except UnreadableFile as error:
                    typer.echo(f"{path.name}: {error}", err=True)
                    status = UNREADABLE
                    continue
                typer.echo("\n".join(summary.report(path.name)))
                status = max(status, SOME_REFUSED if summary.refused else ALL_SENT)
    return status


async def _watch(folder: Path, store: str, id_prefix: str, encoding: str | None) -> None:
    from ops.kafka import Kafka
    from ops.service import running
    from ops.settings import load
    from pipeline.feed.drop_folder import DropFolder
    from pipeline.feed.product_row import Defaults
    from pipeline.feed.sender import Sender
    from pipeline.feed.watching import watch

    settings = load()
    drop = DropFolder(folder)
    async with (
        running("feed", settings) as service,
        Sender(Kafka(settings, "feed"), patience_s=float("inf")) as sender,
    ):
        await watch(service, drop, sender, Defaults(store, id_prefix), encoding)
