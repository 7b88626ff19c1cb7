"""The commands that look into the lake and bring files to it; each imports what it needs when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from analytics.command_line import NOT_DONE, Dir, load_settings

LINES_SHOWN = 20


def tables(directory: Dir = None) -> None:
    """The tables of the lake with their rows."""
    from analytics.lake.open_lake import open_lake
    from analytics.text_table import text_table
    from pipeline.contracts.lake import LAKE

    rows: list[dict[str, object]] = []
    with open_lake(load_settings(directory)) as lake:
        for one in LAKE:
            rows.append({
                "table": one.name,
                "rows": lake.read(one).count() if lake.exists(one) else "not there yet",
                "path": one.path,
                "columns": len(one.columns),
            })  # fmt: skip
    typer.echo(text_table(rows, tuple(rows[0])))


def show(
    table: Annotated[str, typer.Argument(help="its name, see `tables`")],
    limit: Annotated[int, typer.Option(min=0, help="rows at most; 0: all")] = 20,
    where: Annotated[str, typer.Option(help="a condition, for instance \"brand = 'Норд' and price < 5000\"")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, for scripts")] = False,
    directory: Dir = None,
) -> None:
    """Rows of a table."""
    import orjson

    from analytics.lake.open_lake import open_lake
    from analytics.lake.print_rows import json_lines, selected_rows, table_named
    from analytics.text_table import text_table

    known = table_named(table)
    with open_lake(load_settings(directory)) as lake:
        frame = selected_rows(lake, known, limit or None, where)
        lines = json_lines(frame)
        if as_json:
            for line in lines:
                typer.echo(line)
            return
        rows: list[dict[str, object]] = [orjson.loads(line) for line in lines]
        typer.echo(text_table(rows, tuple(frame.columns)))


def upload(
    files: Annotated[list[Path], typer.Argument(help="the files")],
    to: Annotated[str, typer.Option(help="the directory in HDFS; made when missing")],
    directory: Dir = None,
) -> None:
    """Bring files into HDFS. A broken upload is resumed; at the end both sides' SHA-256 are compared."""
    from pathlib import PurePosixPath

    from rich.progress import Progress, TaskID

    from analytics.lake.faults import LakeFault
    from analytics.lake.upload import HdfsUpload
    from ops.errors import StartupError

    target = HdfsUpload(load_settings(directory))
    failed = False
    with Progress(transient=True) as board:
        for path in files:
            line = board.add_task(path.name, total=None)

            def on_progress(done: int, size: int, line: TaskID = line) -> None:
                board.update(line, completed=done, total=size)

            try:
                digest = target.put(path, PurePosixPath(to) / path.name, on_progress)
            except (LakeFault, StartupError) as error:
                failed = True
                board.console.print(f"{path.name}: {error}", highlight=False)
                continue
            board.console.print(f"{path.name}: {to}/{path.name}, SHA-256 {digest}", highlight=False, soft_wrap=True)
    if failed:
        raise typer.Exit(NOT_DONE)


def import_purchases(  # noqa: PLR0917 - each is an option of the command line
    file: Annotated[Path, typer.Argument(help="CSV or Parquet")],
    user: Annotated[str, typer.Option(help="the column with the person")] = "user",
    product: Annotated[str, typer.Option(help="the column with the product's id")] = "product",
    quantity: Annotated[str, typer.Option(help="the column with the number of pieces")] = "quantity",
    time: Annotated[str, typer.Option(help="the column with the timestamp")] = "time",
    store: Annotated[str, typer.Option(help="the shop whose sales these are; without it, products are STORE/ID")] = "",
    are_pseudonyms: Annotated[bool, typer.Option("--pseudonyms", help="the persons are pseudonyms already")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="take back what this file brought in")] = False,
    directory: Dir = None,
) -> None:
    """Bring a shop's own sales into the lake: each once, also when files overlap."""
    from analytics.lake.lock import Lane, Part, lake_lock
    from analytics.lake.open_lake import open_lake
    from analytics.lake.purchases import ColumnNames, add_purchases, pseudonyms, take_back

    settings = load_settings(directory)
    with open_lake(settings) as lake, lake_lock(settings, _say, Lane.LONG, (Part.PEOPLE,)):
        if undo:
            typer.echo(f"{take_back(lake, file):,} sales taken back")
            return
        hashed = str if are_pseudonyms else pseudonyms(settings)
        done = add_purchases(lake, file, ColumnNames(user, product, quantity, time), hashed, store)
    if done.before:
        typer.echo(f"{file.name} was imported before; nothing has changed")
        return
    typer.echo(
        f"{done.rows:,} sales imported, {done.known:,} known from other files, {done.returned:,} returns taken off, "
        f"{done.refused:,} rows left out"
    )
    if done.refused_lines:
        more = ", …" if done.refused > len(done.refused_lines[:LINES_SHOWN]) else ""
        typer.echo(f"left out: rows {', '.join(map(str, done.refused_lines[:LINES_SHOWN]))}{more}")


def _say(stage: str) -> None:
    typer.echo(stage, err=True)
