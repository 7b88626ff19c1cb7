"""`python -m pipeline ban|unban|bans`: the same rules as in chat."""

import asyncio
import getpass
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.cli import run
from ops.errors import StartupError

if TYPE_CHECKING:
    from ops.settings import Settings
    from pipeline.bans.rule import Rule
    from pipeline.bans.start_file import StartBan
    from pipeline.catalog.catalog import Catalog
    from pipeline.contracts.messages import Ban
    from pipeline.kafka.audit import Actor

PREVIEW_WITHIN_S = 2.0
EXAMPLES, CHOSEN_FROM = 10, 60
NOT_DONE = 1


def ban(
    rule: Annotated[
        str, typer.Argument(help="product:STORE/ID, seller:STORE, category:NAME, brand:NAME or keyword:WORDS")
    ],
    reason: Annotated[str, typer.Option(help="Why; shown in lists and in the audit.")] = "",
    until: Annotated[
        str, typer.Option(help="When it ends: 7d, «3 days», «friday 18:00», a date (UTC); without it, never.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Ban what the rule names, also products that have already passed.

    A product may be named without its shop when one offer alone is called so.
    """
    from ops.settings import load
    from pipeline.contracts.messages import now

    parsed, end = _rule(rule), _until(until, now())
    if not run(_ban(load(), parsed, reason, end, ask=not yes and sys.stdin.isatty())):
        raise typer.Exit(NOT_DONE)


def unban(
    rule: Annotated[str, typer.Argument(help="The rule as `bans` lists it.")],
    reason: Annotated[str, typer.Option(help="Why; for the audit.")] = "",
) -> None:
    """Lift a rule; what it alone had refused comes back without a new feed."""
    from ops.settings import load

    if not run(_unban(load(), _rule(rule), reason)):
        raise typer.Exit(NOT_DONE)


def bans(
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON list.")] = False,
    apply: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="First put the bans of this file in force (banned_products.json)."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="With --apply: only if no such file was ever applied.")] = False,
) -> None:
    """List the rules in force."""
    from ops.settings import load

    settings = load()
    if apply is not None:
        if run(_apply(settings, apply, once=once)):
            raise typer.Exit(NOT_DONE)
        return
    listed = run(_listed(settings))
    typer.echo(_json(listed) if as_json else _table(listed))


async def _ban(settings: "Settings", rule: "Rule", reason: str, until: datetime | None, *, ask: bool) -> bool:
    """False when the rule may mean several offers, or none that is known."""
    from ops.kafka import Kafka
    from pipeline.bans.ledger import BanLedger
    from pipeline.bans.meant import NotOneOffer, NotOneShop

    try:
        rule = await _meant(settings, await _of_shop(settings, rule))
    except (NotOneOffer, NotOneShop) as error:
        typer.echo(str(error), err=True)
        return False
    # Counted before it is written: a moment later the index no longer has what the rule hits.
    preview = asyncio.create_task(_preview(settings, rule))
    async with Kafka(settings, "cli").producer(linger_ms=0) as producer:
        hits = await preview
        if ask:
            typer.echo(hits)
            question = f"Ban {rule}" + (f" until {until:%Y-%m-%d %H:%M %Z}?" if until else "?")
            if not await asyncio.to_thread(typer.confirm, question):
                typer.echo("Nothing was changed.")
                return True
        await BanLedger(producer).ban(rule, _actor(), reason=reason, until=until)
    typer.echo(f"banned {rule}" + (f" until {until:%Y-%m-%d %H:%M %Z}" if until else ""))
    if not ask:
        typer.echo(hits)
    return True


async def _of_shop(settings: "Settings", rule: "Rule") -> "Rule":
    """The rule with the id of the shop that is called so. Raises NotOneShop."""
    from ops.kafka import Kafka
    from pipeline.bans.meant import one_shop
    from pipeline.bans.rule import Kind
    from pipeline.shops.directory import ShopNames, shop_view

    if rule.kind is not Kind.SELLER:
        return rule
    async with shop_view(Kafka(settings, "cli")) as view:
        return one_shop(rule, ShopNames.of(shop for _, shop in view.items()))


async def _meant(settings: "Settings", rule: "Rule") -> "Rule":
    """The rule with its product's shop. Raises NotOneOffer, and StartupError when the index is needed and is away."""
    from elasticsearch import ApiError, TransportError

    from ops.elasticsearch import client
    from pipeline.bans.meant import meant
    from pipeline.catalog.catalog import Catalog

    try:
        async with asyncio.timeout(PREVIEW_WITHIN_S), client(settings, "cli") as connection:
            return await meant(rule, Catalog(connection, settings.search.alias))
    except (ApiError, TransportError, TimeoutError) as error:
        raise StartupError(
            f"Which shop's product {rule.value!r} is cannot be looked up ({type(error).__name__}): "
            f"write product:STORE/{rule.value}."
        ) from None


async def _unban(settings: "Settings", rule: "Rule", reason: str) -> bool:
    from ops.kafka import Kafka
    from pipeline.bans.ledger import BanLedger
    from pipeline.bans.meant import NotOneShop, standing
    from pipeline.bans.rule import parse_rule
    from pipeline.contracts.messages import Ban
    from pipeline.contracts.topics import BANS
    from pipeline.kafka.live_view import LiveView

    kafka = Kafka(settings, "cli")
    try:
        rule = await _of_shop(settings, rule)
    except NotOneShop as error:
        typer.echo(str(error), err=True)
        return False
    async with LiveView(kafka, BANS, Ban) as view, kafka.producer(linger_ms=0) as producer:
        candidates = standing(rule, (key for key, _ in view.items()))
        if len(candidates) != 1:
            among = f"may mean {', '.join(candidates)}: write one of them" if candidates else "is not banned"
            typer.echo(f"{rule} {among}; `python -m pipeline bans` lists what is.", err=True)
            return False
        rule = parse_rule(candidates[0])
        await BanLedger(producer).unban(rule, _actor(), reason=reason)
    typer.echo(f"unbanned {rule}")
    return True


async def _listed(settings: "Settings") -> "list[Ban]":
    from ops.kafka import Kafka
    from pipeline.contracts.messages import Ban, now
    from pipeline.contracts.topics import BANS
    from pipeline.kafka.live_view import LiveView

    async with LiveView(Kafka(settings, "cli"), BANS, Ban) as view:
        moment = now()
        in_force = [entry for _, entry in view.items() if entry.until is None or moment < entry.until]
    return sorted(in_force, key=lambda entry: entry.at, reverse=True)


async def _apply(settings: "Settings", path: Path, *, once: bool) -> bool:
    """Whether some entry of the file was wrong."""
    from ops.kafka import Kafka
    from pipeline.bans import start_file
    from pipeline.bans.applied import was_applied
    from pipeline.bans.ledger import BanLedger
    from pipeline.contracts.messages import now
    from pipeline.kafka.audit import append_audit

    kafka = Kafka(settings, "cli")
    if once and await was_applied(kafka, path.name):
        typer.echo(f"{path.name} was applied before; left as it is")
        return False
    try:
        found = start_file.parse_start_file(await asyncio.to_thread(path.read_bytes), now())
    except (OSError, start_file.StartFileError) as error:
        raise StartupError(f"cannot use {path}: {error}") from None
    actor = _actor()
    named, faults = await _with_shops(settings, found.bans)
    async with kafka.producer() as producer:
        ledger = BanLedger(producer)
        await asyncio.gather(*(ledger.ban(b.rule, actor, reason=b.reason, until=b.until) for b in named))
        await append_audit(producer, actor, "apply_bans", path.name, f"{len(named)} bans")
    for fault in (*found.faults, *faults):
        typer.echo(f"{path.name}: {fault}", err=True)
    typer.echo(f"{len(named)} bans of {path.name} applied")
    return bool(found.faults or faults)


async def _with_shops(settings: "Settings", bans: "Iterable[StartBan]") -> "tuple[list[StartBan], list[str]]":
    """The bans with their products' shops, and a sentence for each product that several shops have.

    A file may come before the goods: an id that nobody has yet, or that cannot be looked up, stays without a shop.
    """
    from dataclasses import replace

    from ops.elasticsearch import client
    from pipeline.bans.meant import NotOneOffer, meant
    from pipeline.catalog.catalog import Catalog

    named: list[StartBan] = []
    faults: list[str] = []
    async with client(settings, "cli") as connection:
        catalog = Catalog(connection, settings.search.alias)
        reachable = True
        for ban in bans:
            rule = ban.rule
            if rule.lacks_shop and reachable:
                try:
                    async with asyncio.timeout(PREVIEW_WITHIN_S):
                        rule = await meant(rule, catalog)
                except NotOneOffer as error:
                    if error.candidates:
                        faults.append(str(error))
                        continue
                except Exception:  # noqa: BLE001 - at the first start there may be no index, and the file must count
                    reachable = False
            named.append(replace(ban, rule=rule))
    return named, faults


async def _preview(settings: "Settings", rule: "Rule") -> str:
    """A sentence about the products in the index that the rule hits; no fault of the index raises."""
    # Before the clock starts: these take longer to import than the index to answer.
    from ops.elasticsearch import client
    from pipeline.catalog.catalog import Catalog

    try:
        async with asyncio.timeout(PREVIEW_WITHIN_S), client(settings, "cli") as connection:
            return await _hits(Catalog(connection, settings.search.alias), rule)
    except Exception as error:  # noqa: BLE001 - a preview is a courtesy: no fault of the index may stop a ban
        return f"(how many products it hits cannot be told: {type(error).__name__})"


async def _hits(catalog: "Catalog", rule: "Rule") -> str:
    from pipeline.bans.rule import Kind
    from pipeline.catalog.unlike import unlike_first

    pool = CHOSEN_FROM if rule.kind is Kind.KEYWORD else EXAMPLES
    count, found = await asyncio.gather(catalog.count(rule), catalog.sample(rule, pool))
    examples = unlike_first(found) if rule.kind is Kind.KEYWORD else found
    shown = "".join(f"\n  {product.name} ({product.offer_id})" for product in examples[:EXAMPLES])
    return f"hits {count} products in the index" + (f", for example{shown}" if shown else "")


def _actor() -> "Actor":
    from pipeline.kafka.audit import Actor

    name = getpass.getuser()
    return Actor(f"terminal:{name}", name, "terminal")


def _rule(text: str) -> "Rule":
    from pipeline.bans.rule import RuleError, parse_rule

    try:
        return parse_rule(text)
    except RuleError as error:
        raise typer.BadParameter(str(error)) from None


def _until(text: str, now: datetime) -> datetime | None:
    from pipeline.bans.until import UntilError, parse_until

    try:
        return parse_until(text, now) if text else None
    except UntilError as error:
        raise typer.BadParameter(str(error)) from None


def _json(listed: "Iterable[Ban]") -> str:
    import orjson

    return orjson.dumps([entry.model_dump(mode="json") for entry in listed], option=orjson.OPT_INDENT_2).decode()


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _table(listed: "list[Ban]") -> str:
    if not listed:
        return "no rules in force"
    rows = [("RULE", "REASON", "BY", "SINCE", "UNTIL")]
    rows += [
        (b.rule, b.reason, b.by, f"{b.at:%Y-%m-%d %H:%M}", f"{b.until:%Y-%m-%d %H:%M}" if b.until else "—")
        for b in listed
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)
