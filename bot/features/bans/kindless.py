"""A ban that is written without its kind: «Вершина подделки» may be a shop, a brand, a section or a word."""

import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, tzinfo

from bot.features.bans.argument import Argument, Reading, parse
from bot.features.bans.meaning import MOST_OPTIONS, Meaning
from bot.features.bans.models import BanOption
from bot.features.bans.naming import as_written
from bot.features.bans.service import BanService
from pipeline.bans import Kind, RuleError, parse_rule
from pipeline.bans.meant import shops_called
from pipeline.shops.directory import ShopNames

KINDS = (Kind.SELLER, Kind.BRAND, Kind.CATEGORY, Kind.KEYWORD)


def with_kind(text: str) -> str:
    """«магазин Вершина» as «магазин:Вершина»; a text whose first word is no kind as it is. Pure."""
    first, _, rest = text.partition(" ")
    try:
        parse_rule(f"{first}:{rest.split()[0] if rest.strip() else ''}")
    except RuleError:
        return text
    return f"{first}:{rest.strip()}"


async def kinds_meant(bans: BanService, shops: ShopNames, text: str, at: datetime, zone: tzinfo) -> Meaning | None:
    """What the text can be among what is on sale, a kind an option; None: it is nothing of it. Raises UntilError.

    The admin is asked even when it can be but one thing: a ban of another kind than was meant would not be noticed.
    """
    options: list[BanOption] = []
    for kind in KINDS:
        with contextlib.suppress(RuleError):
            written = parse(f"{kind.value}:{text}", at, zone)
            options += [option async for option in _options(bans, shops, written, text)]
    return Meaning(options[0], tuple(options[:MOST_OPTIONS]), ask=True) if options else None


async def _options(bans: BanService, shops: ShopNames, written: Argument, text: str) -> AsyncIterator[BanOption]:
    """The longest reading that hits something, or names shops; of a shop's name, each that is called so."""
    for reading in written.readings:
        found = [option async for option in _hitting(bans, shops, written, reading, text)]
        if found:
            for option in found:
                yield option
            return


async def _hitting(
    bans: BanService, shops: ShopNames, written: Argument, reading: Reading, text: str
) -> AsyncIterator[BanOption]:
    called = reading.rule.kind is Kind.SELLER and bool(shops.find(reading.rule.value))
    for rule in shops_called(reading.rule, shops):
        hits = await bans.count(rule.id)
        if hits or called:
            label = shops.shown(rule.value) if called else as_written(rule.value, text)
            yield BanOption(
                rule=rule.id, reason=reading.reason, until=written.until, endless=written.endless, label=label
            ).shown_as("kind", hits)
