"""What a written ban means among what is on sale: which reading, which branch, and what else may be meant."""

import contextlib
import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.features.bans.argument import EXACT, Argument, Reading
from bot.features.bans.models import BanOption
from bot.features.bans.service import BanService
from bot.products.catalog import Catalog
from ops.logs import get_logger
from pipeline.bans import Kind, Rule, RuleError, parse_rule
from pipeline.bans.meant import shops_called
from pipeline.bans.rule import category_path
from pipeline.catalog.page import SearchPage
from pipeline.catalog.request import SearchRequest
from pipeline.shops.directory import ShopNames
from pipeline.text.phonetics import sound

log = get_logger(__name__)
MOST_OPTIONS = 6
MOST_NEAR = 4
MOST_READINGS = 4
NEAR, WITHIN = 0.65, 0.8
_STEP = re.compile(r"\s*(?:[>›»→|\\/]|::)+\s*")


@dataclass(frozen=True, slots=True)
class Meaning:
    """The likeliest option, and the others. `ask`: there is no saying which, so the admin must choose first."""

    likeliest: BanOption
    options: tuple[BanOption, ...] = ()
    ask: bool = False

    def of_offer(self, rule: Rule) -> "Meaning":
        """The same, where a product's rule lacked its shop, with the rule that names the offer."""
        lacking = self.likeliest.rule
        options = tuple(option.of_offer(rule.id) if option.rule == lacking else option for option in self.options)
        return Meaning(self.likeliest.of_offer(rule.id), options, self.ask)


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
        if first.lacks_shop:  # which offer that may be, or that it is none, is told by whoever asks for its shop
            return Meaning(whole)
        if first.kind in EXACT and len(argument.readings) > 1:
            shorter = BanOption(rule=last.rule.id, reason=last.reason, until=argument.until)
            return Meaning(whole, (whole, shorter), ask=True)
        return Meaning(whole, await _nearest(catalog, argument))
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
                    label=f"{shops.shown(rule.value)} ({rule.value})",
                ).shown_as("shop")
                for rule in rules[:MOST_OPTIONS]
            )
        readings.append(Reading(rules[0], reading.reason))
    others = tuple(_with_shops(other, shops)[0] for other in argument.others)
    return Argument(tuple(readings), argument.until, others), ()


async def _counted(bans: BanService, option: BanOption) -> BanOption:
    return option.shown_as("shop", hits=await bans.count(option.rule))


async def _reading(bans: BanService, argument: Argument) -> BanOption:
    meant = await _meant(bans, argument.readings)
    return BanOption(rule=meant.rule.id, reason=meant.reason, until=argument.until)


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
        branch = _branch(category, rule.value)
        if branch:
            path = category_path(branch)
            label, counted = found.get(path, (branch, 0))
            found[path] = (label, counted + count)
    # A name that is a whole path itself cannot be told from its namesakes.
    narrower = [(path, label, count) for path, (label, count) in found.items() if path != rule.value]
    if len(found) < 2 or not narrower:
        return ()
    options = [
        BanOption(rule=Rule(Kind.CATEGORY, path).id, reason=asked.reason, until=asked.until, label=label, hits=count)
        for path, label, count in sorted(narrower, key=lambda each: -each[2])[: MOST_OPTIONS - 1]
    ]
    return (*options, asked.shown_as("all", hits=sum(count for _, count in found.values())))


def _branch(category: str, name: str) -> str:
    """The path from the top to where the steps of the name stand first, as the shops write it."""
    steps = [step for step in _STEP.split(category.strip()) if step]
    wanted = name.count(" / ") + 1
    for end in range(wanted, len(steps) + 1):
        if category_path(" / ".join(steps[end - wanted : end])) == name:
            return " / ".join(steps[:end])
    return ""


async def _nearest(catalog: Catalog, argument: Argument) -> tuple[BanOption, ...]:
    """What a rule without a product may have meant: by the longest reading that is near to something."""
    try:
        shops = await catalog.shops() if argument.readings[0].rule.kind is Kind.SELLER else ()
        whole = await catalog.search(SearchRequest(text="", size=1, by_offer=True))
        for reading in argument.readings[:MOST_READINGS]:
            named = await _alike(catalog, reading.rule, whole, shops)
            if near := tuple(_suggested(named[:MOST_NEAR], reading, argument.until)):
                return near
    except (ApiError, TransportError) as error:
        log.warning("nothing_near_known", rule=argument.readings[0].rule.id, error=str(error)[:200])
    return ()


_Named = tuple[Kind, str, str, int | None]


def _suggested(named: Iterable[_Named], reading: Reading, until: datetime | None) -> Iterator[BanOption]:
    for kind, value, label, hits in named:
        with contextlib.suppress(RuleError):
            near = parse_rule(f"{kind.value}:{value}")
            if near != reading.rule:
                yield BanOption(rule=near.id, reason=reading.reason, until=until, label=label, hits=hits)


async def _alike(catalog: Catalog, rule: Rule, whole: SearchPage, shops: Iterable[tuple[str, int]]) -> Sequence[_Named]:
    page = await catalog.search(SearchRequest(text=rule.value[:100], size=3, by_offer=True))
    if rule.kind is Kind.PRODUCT:
        return [(rule.kind, each.offer_id, each.name, None) for each in page.products]
    if rule.kind is Kind.SELLER:
        return _closest(rule, shops)
    # The largest sections and brands of the market, and those of what a search for the words finds.
    found, all_of = page.facets, whole.facets
    categories = _closest(Rule(Kind.CATEGORY, rule.value), (dict(found.categories) | dict(all_of.categories)).items())
    brands = _closest(Rule(Kind.BRAND, rule.value), (dict(found.brands) | dict(all_of.brands)).items())
    if rule.kind is Kind.CATEGORY:
        return [*categories, *brands]
    if rule.kind is Kind.BRAND:
        return [*brands, *categories]
    corrected: list[_Named] = [(rule.kind, page.corrected, page.corrected, None)] if page.corrected else []
    return [*corrected, *brands, *categories]


def _closest(rule: Rule, values: Iterable[tuple[str, int]]) -> list[_Named]:
    """Values whose name, or a part of it, is written or sounds nearly as the rule's, the nearest first."""
    rated = []
    for value, count in values:
        names = {value.casefold(), *category_path(value).split(" / ")}
        rate = max(_nearness(rule.value.casefold(), name) for name in names)
        if rate >= NEAR:
            rated.append((rate, count, value))
    return [(rule.kind, value, value, count) for _, count, value in sorted(rated, reverse=True)]


def _nearness(wanted: str, name: str) -> float:
    """0 to 1, by letters and by sound; what stands in the other as a whole is near."""
    if min(len(wanted), len(name)) > 2 and (wanted in name or name in wanted):
        return WITHIN
    ratio = difflib.SequenceMatcher(None, wanted, name).ratio()
    heard, other = sound(wanted), sound(name)
    return max(ratio, difflib.SequenceMatcher(None, heard, other).ratio()) if heard and other else ratio


def _as_end(option: BanOption) -> BanOption:
    return option.shown_as("reason" if option.until is None else "end")
