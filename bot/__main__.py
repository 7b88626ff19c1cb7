"""The bot's door: `python -m bot` serves, `python -m bot search "умные часы"` answers in the terminal."""

from typing import Annotated, Literal

import typer

from ops.cli import enter, make_cli, run
from ops.settings import load

door = make_cli("The marketplace's bot, and the same answers in a terminal.")


@door.callback(invoke_without_command=True, no_args_is_help=False)
def serve(context: typer.Context) -> None:
    """Without a command: run the bot until Ctrl-C."""
    if context.invoked_subcommand is None:
        from bot.application.service import serve as serve_bot

        run(serve_bot(load()))


@door.command()
def search(
    text: Annotated[str, typer.Argument(help="what to look for, in one's own words")],
    *,
    category: Annotated[str | None, typer.Option(help="only this category, its whole path")] = None,
    brand: Annotated[list[str] | None, typer.Option(help="only this brand; may be given several times")] = None,
    price_min: Annotated[float | None, typer.Option(min=0, help="not cheaper")] = None,
    price_max: Annotated[float | None, typer.Option(min=0, help="not dearer")] = None,
    in_stock: Annotated[bool, typer.Option("--in-stock", help="only what is in stock")] = False,
    sort: Annotated[
        Literal["relevance", "price_asc", "price_desc", "newest"] | None,
        typer.Option(help="the order of the list; by default what the text says of prices, else relevance"),
    ] = None,
    offset: Annotated[int, typer.Option(min=0, max=1000, help="leave out so many from the beginning")] = 0,
    size: Annotated[int, typer.Option("--size", "-n", min=1, max=100, help="how many to show")] = 10,
    language: Annotated[
        Literal["ru", "en"] | None, typer.Option(help="ru or en; by default that of the text, or of this system")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the whole answer as JSON, for programs")] = False,
) -> None:
    """Search the catalogue as the bot does."""
    from rich.console import Console

    from bot.terminal import search as terminal
    from pipeline.catalog.request import SearchRequest

    settings = load()
    given = SearchRequest(
        text=text[:512],
        language=language or terminal.default_language(text, settings.bot.alert_language),
        category=category,
        brands=tuple(brand or ()),
        price_min=price_min,
        price_max=price_max,
        in_stock=in_stock,
        sort=sort or "relevance",
        offset=offset,
        size=size,
    )
    answer = run(terminal.search(settings, given, keeps_order=sort is not None))
    if as_json:
        typer.echo(answer.page.model_dump_json(indent=2))
    else:
        terminal.show(answer, Console())


@door.command()
def recommend(
    user: Annotated[str, typer.Argument(help="the person's Telegram id, or their pseudonym")],
    *,
    size: Annotated[int, typer.Option("--size", "-n", min=1, max=20, help="how many to show")] = 5,
    language: Annotated[Literal["ru", "en"], typer.Option(help="the language of the reasons")] = "ru",
    as_json: Annotated[bool, typer.Option("--json", help="the whole answer as JSON, for programs")] = False,
) -> None:
    """Recommend as the bot does, each product with its reason."""
    from rich.console import Console

    from bot.terminal import recommendations as terminal_recommendations

    answer = run(terminal_recommendations.recommend(load(), user, language, size))
    if as_json:
        typer.echo("[" + ",\n".join(line.model_dump_json() for line in answer.lines()) + "]")
    else:
        terminal_recommendations.show(answer, Console())


if __name__ == "__main__":
    enter(door)
