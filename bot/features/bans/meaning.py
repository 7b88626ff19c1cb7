"""What a written ban means among what is on sale: which reading, which branch, and what else may be meant."""

import contextlib
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.features.bans.argument import EXACT, Argument, Reading
from bot.features.bans.models import BanOption
from bot.features.bans.naming import branch
from bot.features.bans.service import BanService
from bot.products.catalog import Catalog
from ops.logs import get_logger
from pipeline.bans import Kind, Rule, RuleError, parse_rule
from pipeline.bans.meant import shops_called
from pipeline.bans.rule import category_path
from pipeline.catalog.page import SearchPage
from pipeline.catalog.request import SearchRequest
from pipeline.shops.directory import ShopNames
from pipeline.text.letters import folded
from pipeline.text.phonetics import sound

log = get_logger(__name__)
MOST_OPTIONS = 6
MOST_NEAR = 4
MOST_READINGS = 4
NEAR, WITHIN = 0.65, 0.8


@dataclass(frozen=True, slots=True)
class Meaning:
    """The likeliest option, and the others. `ask`: there is no saying which, so the admin must choose first."""

    likeliest: BanOption
    options: tuple[BanOption, ...] = ()
    ask: bool = False


async def meaning(bans: BanService, catalog: Catalog, shops: ShopNames, written: Argument) -> Meaning:
    """What the argument means. Never raises what the index raises: a ban must be possible without it."""
    argument, alike = _with_shops(written, shops)
    if alike:
        return Meaning(alike[0], tuple([await _counted(bans, option) for option in alike]), ask=True)
    whole, *others = [await _reading(bans, each) for each in (argument, *argument.others)]
    if others:
        return Meaning(whole, tuple(_as_end(option) for option in (whole, *others)), ask=True)
    first, last = argument.readings[0].rule, argument.readings[-1]
    hits = await bans.count(whole.rule)
    if hits == 0 and bans.repository.get(whole.rule) is None:
        if first.kind in EXACT and len(argument.readings) > 1:
            shorter = BanOption(rule=last.rule.id, reason=last.reason, until=argument.until, endless=argument.endless)
            return Meaning(whole, (whole, shorter), ask=True)
        return Meaning(whole, await _nearest(catalog, shops, argument))
    branches = await _branches(catalog, whole) if first.kind is Kind.CATEGORY else ()
    return Meaning(whole, branches, ask=bool(branches))


def _with_shops(argument: Argument, shops: ShopNames) -> tuple[Argument, tuple[BanOption, ...]]:
    """The argument with the ids of the shops that it calls by name; and, when a name is that of several, these."""
    readings = []
    for reading in argument.readings:
        rules = shops_called(reading.rule, shops)
        if len(rules) > 1:
            return argument, tuple(
                BanOption(
                    rule=rule.id,
                    reason=reading.reason,
                    until=argument.until,
                    endless=argument.endless,
                    label=shops.shown(rule.value),
                ).shown_as("shop")
                for rule in rules[:MOST_OPTIONS]
            )
        readings.append(Reading(rules[0], reading.reason))
    others = tuple(_with_shops(other, shops)[0] for other in argument.others)
    return replace(argument, readings=tuple(readings), others=others), ()


async def _counted(bans: BanService, option: BanOption) -> BanOption:
    return option.shown_as("shop", hits=await bans.count(option.rule))


async def _reading(bans: BanService, argument: Argument) -> BanOption:
    meant = await _meant(bans, argument.readings)
    return BanOption(rule=meant.rule.id, reason=meant.reason, until=argument.until, endless=argument.endless)


async def _meant(bans: BanService, readings: Sequence[Reading]) -> Reading:
    """The longest reading that hits a product, or is in force; when none does, the one without a reason."""
    if len(readings) > 1:
        for reading in readings:
            if bans.repository.get(reading.rule.id) is not None or await bans.count(reading.rule.id):
                return reading
    return readings[0]


async def _branches(catalog: Catalog, asked: BanOption) -> tuple[BanOption, ...]:
    """The branches that a name of a category stands in, if they are several; the last option is all of them."""
    rule = parse_rule(asked.rule)
    try:
        categories = await catalog.categories(rule)
    except (ApiError, TransportError) as error:
        log.warning("branches_not_known", rule=rule.id, error=str(error)[:200])
        return ()
    found: dict[str, tuple[str, int]] = {}
    for category, count in categories:
        place = branch(category, rule.value)
        if place:
            path = category_path(place)
            label, counted = found.get(path, (place, 0))
            found[path] = (label, counted + count)
    # A name that is a whole path itself cannot be told from its namesakes.
    narrower = [(path, label, count) for path, (label, count) in found.items() if path != rule.value]
    if len(found) < 2 or not narrower:
        return ()
    options = [
        asked.model_copy(update={"rule": Rule(Kind.CATEGORY, path).id, "label": label, "hits": count})
        for path, label, count in sorted(narrower, key=lambda each: -each[2])[: MOST_OPTIONS - 1]
    ]
    return (*options, asked.shown_as("all", hits=sum(count for _, count in found.values())))


async def _nearest(catalog: Catalog, shops: ShopNames, argument: Argument) -> tuple[BanOption, ...]:
    """What a rule without a product may have meant: by the longest reading that is near to something."""
    try:
        sellers = await catalog.shops()
        whole = await catalog.search(SearchRequest(text="", size=1, by_offer=True))
        for reading in argument.readings[:MOST_READINGS]:
            named = await _alike(catalog, reading.rule, whole, [(shops.shown(one), one, n) for one, n in sellers])
            if near := tuple(_suggested(named[:MOST_NEAR], reading, argument)):
                return near
    except (ApiError, TransportError) as error:
        log.warning("nothing_near_known", rule=argument.readings[0].rule.id, error=str(error)[:200])
    return ()


# Kind, value of the rule, what people call it, how many products it has.
_Named = tuple[Kind, str, str, int | None]


def _suggested(named: Iterable[_Named], reading: Reading, argument: Argument) -> Iterator[BanOption]:
    for kind, value, label, hits in named:
        with contextlib.suppress(RuleError):
            near = parse_rule(f"{kind.value}:{value}")
            if near != reading.rule:
                yield BanOption(
                    rule=near.id,
                    reason=reading.reason,
                    until=argument.until,
                    endless=argument.endless,
                    label=label,
                    hits=hits,
                )


async def _alike(
    catalog: Catalog, rule: Rule, whole: SearchPage, sellers: Iterable[tuple[str, str, int]]
) -> Sequence[_Named]:
    """What is called nearly so: first of the kind that was written, then of the others, for kinds are mixed up."""
    page = await catalog.search(SearchRequest(text=rule.value[:100], size=3, by_offer=True))
    products: list[_Named] = [
        (Kind.PRODUCT, each.offer_id, each.name, None)
        for each in page.products
        if rule.kind is Kind.PRODUCT or folded(each.name) == folded(rule.value)
    ]
    if rule.kind is Kind.PRODUCT:
        return products
    # The largest sections and brands of the market, and those of what a search for the words finds.
    found, all_of = page.facets, whole.facets
    near: dict[Kind, list[_Named]] = {
        Kind.SELLER: _closest(rule, Kind.SELLER, sellers),
        Kind.CATEGORY: _closest(rule, Kind.CATEGORY, _themselves(dict(found.categories) | dict(all_of.categories))),
        Kind.BRAND: _closest(rule, Kind.BRAND, _themselves(dict(found.brands) | dict(all_of.brands))),
    }
    corrected: list[_Named] = [(Kind.KEYWORD, page.corrected, page.corrected, None)] if page.corrected else []
    first = corrected if rule.kind is Kind.KEYWORD else near.pop(rule.kind)
    return [
        *first,
        *(one for kind in (Kind.BRAND, Kind.CATEGORY, Kind.SELLER) for one in near.get(kind, ())),
        *products,
    ]


def _themselves(values: Mapping[str, int]) -> Iterator[tuple[str, str, int]]:
    return ((value, value, count) for value, count in values.items())


def _closest(rule: Rule, kind: Kind, values: Iterable[tuple[str, str, int]]) -> list[_Named]:
    """Values whose label, or a part of it, is written or sounds nearly as the rule's, the nearest first."""
    rated = []
    for label, value, count in values:
        names = {label.casefold(), value.casefold(), *category_path(label).split(" / ")}
        rate = max(_nearness(rule.value.casefold(), name) for name in names)
        if rate >= NEAR:
            rated.append((rate, count, label, value))
    return [(kind, value, label, count) for _, count, label, value in sorted(rated, reverse=True)]


def _nearness(wanted: str, name: str) -> float:
    """0 to 1, by letters and by sound; what stands in the other as a whole is near."""
    if min(len(wanted), len(name)) > 2 and (wanted in name or name in wanted):
        return WITHIN
    ratio = difflib.SequenceMatcher(None, wanted, name).ratio()
    heard, other = sound(wanted), sound(name)
    return max(ratio, difflib.SequenceMatcher(None, heard, other).ratio()) if heard and other else ratio


def _as_end(option: BanOption) -> BanOption:
    """As one of several ends; the silent one means by being chosen that there is none."""
    if option.until is not None:
        return option.shown_as("end")
    return option.shown_as("reason").model_copy(update={"endless": True})
