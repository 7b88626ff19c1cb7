"""`python -m pipeline shops list|register|fetch|remove`."""

import getpass
import re
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ops.cli import make_cli, run

if TYPE_CHECKING:
    from pipeline.contracts.feeds import FeedFetch, Shop
    from pipeline.kafka.audit import Actor

cli = make_cli("The shops that sell here: what people call them, and what their feeds are.")
NOTHING_DONE = 1
SPAN = re.compile(r"(\d{1,6})(m|h|d)")
SECONDS = {"m": 60, "h": 3_600, "d": 86_400}

StoreId = Annotated[str, typer.Argument(metavar="ID", help="The shop's id, as in its offers and rules.")]


@cli.command("list")
def show_list(
    named: Annotated[str, typer.Argument(help="Only the shops with this id, name or alias.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON list; addresses without passwords.")] = False,
) -> None:
    """The registered shops with their names, languages, what their files replace, and where their feeds are fetched."""
    import orjson

    from pipeline.shops.feed_address import masked

    shops, fetches = run(_shops(named))
    if as_json:
        shown = [shop.model_dump(mode="json") | {"address": masked(shop.address) if shop.address else None}
                 for shop in shops]  # fmt: skip
        typer.echo(orjson.dumps(shown, option=orjson.OPT_INDENT_2))
        return
    for shop in shops:
        typer.echo(_line(shop, fetches.get(shop.store_id)))
    typer.echo(f"{len(shops)} shops")


@cli.command()
def register(
    store_id: StoreId,
    *,
    name: Annotated[str | None, typer.Option(help="What people see.")] = None,
    alias: Annotated[list[str] | None, typer.Option(help="Another name; may be given several times.")] = None,
    language: Annotated[Literal["ru", "en"] | None, typer.Option(help="The language its people are told in.")] = None,
    feeds: Annotated[
        Literal["whole", "partial", "format"] | None,
        typer.Option(help="What its feeds are: all its offers, some of them, or as the format says (YML is whole)."),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Where its feed is fetched; `-` asks for it unseen, `none` takes it away again."
        ),
    ] = None,
    every: Annotated[
        str | None, typer.Option(metavar="SPAN", help="How often: 30m, 6h, 1d, or `default` as the settings say.")
    ] = None,
    contact: Annotated[
        str | None, typer.Option(help="Where buyers ask it: @name, a link, a mail address or a phone; empty: nowhere.")
    ] = None,
) -> None:
    """Register a shop, or change what is given of one that is registered."""
    given: dict[str, object] = {"name": name, "aliases": alias, "language": language, "contact": contact}
    given = {field: value for field, value in given.items() if value is not None}
    if feeds is not None:
        given["scope"] = None if feeds == "format" else feeds
    if address is not None:
        given["address"] = _address(address)
    if every is not None:
        given["every_s"] = _seconds(every)
    shop = run(_register(store_id, given))
    typer.echo(f"registered {_line(shop, None)}")


@cli.command()
def fetch(store_id: StoreId) -> None:
    """Have the feed service fetch the shop's feed from its address now."""
    shop = run(_ask(store_id))
    if shop is None:
        typer.echo(f"no shop {store_id} with an address; `shops register {store_id} --address URL` gives it one.",
                   err=True)  # fmt: skip
        raise typer.Exit(NOTHING_DONE)
    typer.echo(f"asked for: the feed service fetches it; `shops list {store_id}` shows how that went")


@cli.command()
def remove(store_id: StoreId) -> None:
    """Take a shop out of the registry; its offers stay as they are."""
    if not run(_remove(store_id)):
        typer.echo(f"no shop {store_id}; `shops list` shows those there are.", err=True)
        raise typer.Exit(NOTHING_DONE)
    typer.echo(f"removed {store_id}")


def _address(text: str) -> str | None:
    from ops.settings import load
    from pipeline.shops.feed_address import WrongAddress, checked

    if text == "none":
        return None
    if text == "-":
        # On a command line a password stands in the history, and for a moment in the list of processes.
        text = typer.prompt("Address", hide_input=True)
    try:
        return checked(text, private=load().feed.fetch_private)
    except WrongAddress as error:
        raise typer.BadParameter(f"--address: {error}") from None


def _seconds(text: str) -> int | None:
    if text == "default":
        return None
    found = SPAN.fullmatch(text)
    seconds = int(found[1]) * SECONDS[found[2]] if found else 0
    if not seconds:
        raise typer.BadParameter(f"--every {text}: write 30m, 6h, 1d, or default")
    return seconds


async def _shops(named: str) -> "tuple[tuple[Shop, ...], dict[str, FeedFetch]]":
    from ops.kafka import Kafka
    from ops.settings import load
    from pipeline.shops.directory import ShopNames, shop_view
    from pipeline.shops.fetch_view import fetch_view

    kafka = Kafka(load(), "cli")
    async with shop_view(kafka) as view, fetch_view(kafka) as fetches:
        names = ShopNames.of(shop for _, shop in view.items())
        return names.find(named) if named else names.all(), dict(fetches.items())


async def _register(store_id: str, given: dict[str, object]) -> "Shop":
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
        fields |= {"by": actor.name, "updated": now(), **given}
        try:
            shop = Shop.model_validate(fields)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]
            raise typer.BadParameter(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}") from None
        if given.get("contact") and shop.contact is None:
            raise typer.BadParameter("contact: it is no @name, link, mail address or phone number")
        await ShopLedger(producer).register(shop, actor)
    return shop


async def _ask(store_id: str) -> "Shop | None":
    from ops.kafka import Kafka
    from ops.settings import load
    from pipeline.contracts.feeds import Shop
    from pipeline.contracts.messages import now
    from pipeline.shops.directory import shop_view
    from pipeline.shops.ledger import ShopLedger

    kafka = Kafka(load(), "cli")
    async with shop_view(kafka) as view, kafka.producer(linger_ms=0) as producer:
        known = view.get(store_id)
        if known is None or not known.address:
            return None
        shop = Shop.model_validate(known.model_dump() | {"asked": now()})
        await ShopLedger(producer).register(shop, _actor(), action="fetch_feed")
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


def _line(shop: "Shop", fetch: "FeedFetch | None") -> str:
    also = f" (also {', '.join(shop.aliases)})" if shop.aliases else ""
    feeds = f", feeds are {shop.scope.value}" if shop.scope is not None else ""
    asked = f", asked at {shop.contact}" if shop.contact else ""
    return f"{shop.store_id}: {shop.shown}{also}, {shop.language}{feeds}{asked}{_fetched(shop, fetch)}"


def _fetched(shop: "Shop", fetch: "FeedFetch | None") -> str:
    """Where the feed is fetched, how often, and how the last fetch ended."""
    from pipeline.contracts.feeds import FetchOutcome, fetch_of
    from pipeline.shops.feed_address import masked

    if not shop.address:
        return ""
    every = next(
        (f"{shop.every_s // size}{unit}" for unit, size in reversed(SECONDS.items()) if not shop.every_s % size),
        f"{shop.every_s} s",
    ) if shop.every_s else "default"  # fmt: skip
    said = f"\n  from {masked(shop.address)}, every {every}"
    if fetch is None or fetch.of != fetch_of(shop):
        return said + ", not fetched yet"
    at = f"{fetch.at:%Y-%m-%d %H:%M} UTC"
    if fetch.outcome is FetchOutcome.FAILED:
        why = " ".join(filter(None, (fetch.fault.value if fetch.fault else "", fetch.detail)))
        return f"{said}, {at}: failed ({why}), {fetch.failures} times in a row"
    if fetch.outcome is FetchOutcome.SAME:
        return f"{said}, {at}: the same file as before"
    came = fetch.came.value if fetch.came is not None else "being fed"
    return f"{said}, {at}: {came}, {fetch.sent} sent, {fetch.withdrawn} withdrawn, {fetch.refused} refused"
