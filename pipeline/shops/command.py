"""`python -m pipeline shops list|register|remove`."""

import getpass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ops.cli import make_cli, run

if TYPE_CHECKING:
    from pipeline.contracts.feeds import Shop
    from pipeline.kafka.audit import Actor

cli = make_cli("The shops that sell here: what people call them, and what their feeds are.")
NOTHING_DONE = 1

StoreId = Annotated[str, typer.Argument(metavar="ID", help="The shop's id, as in its offers and rules.")]


@cli.command("list")
def show_list(
    named: Annotated[str, typer.Argument(help="Only the shops with this id, name or alias.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON list.")] = False,
) -> None:
    """The registered shops with their names, languages and what their files replace."""
    import orjson

    shops = run(_shops(named))
    if as_json:
        typer.echo(orjson.dumps([shop.model_dump(mode="json") for shop in shops], option=orjson.OPT_INDENT_2))
        return
    for shop in shops:
        typer.echo(_line(shop))
    typer.echo(f"{len(shops)} shops")


@cli.command()
def register(  # noqa: PLR0917 - typer gives them by name
    store_id: StoreId,
    name: Annotated[str | None, typer.Option(help="What people see.")] = None,
    alias: Annotated[list[str] | None, typer.Option(help="Another name; may be given several times.")] = None,
    language: Annotated[Literal["ru", "en"] | None, typer.Option(help="The language its people are told in.")] = None,
    feeds: Annotated[
        Literal["whole", "partial", "format"] | None,
        typer.Option(help="What its feeds are: all its offers, some of them, or as the format says (YML is whole)."),
    ] = None,
    contact: Annotated[
        str | None, typer.Option(help="Where buyers ask it: @name, a link, a mail address or a phone; empty: nowhere.")
    ] = None,
) -> None:
    """Register a shop, or change what is given of one that is registered."""
    given: dict[str, object] = {"name": name, "aliases": alias, "language": language, "contact": contact}
    shop = run(_register(store_id, {field: value for field, value in given.items() if value is not None}, feeds))
    typer.echo(f"registered {_line(shop)}")


@cli.command()
def remove(store_id: StoreId) -> None:
    """Take a shop out of the registry; its offers stay as they are."""
    if not run(_remove(store_id)):
        typer.echo(f"no shop {store_id}; `shops list` shows those there are.", err=True)
        raise typer.Exit(NOTHING_DONE)
    typer.echo(f"removed {store_id}")


async def _shops(named: str) -> "tuple[Shop, ...]":
    from ops.kafka import Kafka
    from ops.settings import load
    from pipeline.shops.directory import ShopNames, shop_view

    async with shop_view(Kafka(load(), "cli")) as view:
        names = ShopNames.of(shop for _, shop in view.items())
    return names.find(named) if named else names.all()


async def _register(store_id: str, given: "dict[str, object]", feeds: str | None) -> "Shop":
    from pydantic import ValidationError

    from ops.kafka import Kafka
    from ops.settings import load
    from pipeline.contracts.feeds import Shop
    from pipeline.contracts.messages import now
    from pipeline.shops.directory import shop_view
    from pipeline.shops.ledger import ShopLedger

    kafka, actor = Kafka(load(), "cli"), _actor()
    async with shop_view(kafka) as view, kafka.producer(linger_ms=0) as producer:
        known = view.get(store_id)
        fields: dict[str, object] = known.model_dump() if known is not None else {"store_id": store_id}
        fields |= {"by": actor.name, "updated": now()} | given
        if feeds is not None:
            fields |= {"scope": None if feeds == "format" else feeds}
        try:
            shop = Shop.model_validate(fields)
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            raise typer.BadParameter(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}") from None
        if given.get("contact") and shop.contact is None:
            raise typer.BadParameter("contact: it is no @name, link, mail address or phone number")
        await ShopLedger(producer).register(shop, actor)
    return shop


async def _remove(store_id: str) -> bool:
    from ops.kafka import Kafka
    from ops.settings import load
    from pipeline.shops.directory import shop_view
    from pipeline.shops.ledger import ShopLedger

    kafka = Kafka(load(), "cli")
    async with shop_view(kafka) as view, kafka.producer(linger_ms=0) as producer:
        if store_id not in view:
            return False
        await ShopLedger(producer).remove(store_id, _actor())
    return True


def _actor() -> "Actor":
    from pipeline.kafka.audit import Actor

    return Actor(f"terminal:{getpass.getuser()}", getpass.getuser(), "terminal")


def _line(shop: "Shop") -> str:
    also = f" (also {', '.join(shop.aliases)})" if shop.aliases else ""
    feeds = f", feeds are {shop.scope.value}" if shop.scope is not None else ""
    asked = f", asked at {shop.contact}" if shop.contact else ""
    return f"{shop.store_id}: {shop.shown}{also}, {shop.language}{feeds}{asked}"
