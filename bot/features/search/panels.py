"""The panels of a result list: the same message, its buttons exchanged for what narrows or sorts the list.

The panel of all filters has the likeliest values at hand, so that a filter is one press, and stays open until the list
is asked for; a filter of more values than that has a panel of its own, from which one comes back.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.features.search.buttons import Choose, Narrow, OpenPanel
from bot.features.search.choices import NO_BAND, Choices, Values, band_of
from bot.features.search.filters import SORTS, band_mark, sort_words
from bot.features.search.headings import QUERY_LIMIT
from bot.products.buttons import ShowList
from bot.products.list_state import ListState
from bot.products.list_words import Band, band_words, described, has_filters
from bot.products.offer_ids import token
from bot.products.section_names import section_name
from bot.products.shop_titles import shop_title
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from bot.ui.money import MARKET, short_range
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.text import clean, cut

PER_PANEL = 8
AT_HAND = 4
NAME_LIMIT = 24
CHOSEN = " ✓"
VALUES = ("category", "brand", "shop")


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter by named values: how buttons call it and show its values, and what is offered and chosen of it."""

    by: str
    icon: str
    title: str
    values: Values
    chosen: tuple[str, ...]
    shown: Callable[[str], str]

    @property
    def is_offered(self) -> bool:
        """One value narrows nothing; but what is chosen can be taken away."""
        return len(self.values) > 1 or bool(self.chosen)

    def label(self, value: str, count: int) -> str:
        """A value on a button, with how many products have it, and whether it is chosen."""
        named = f"{self.icon} {cut(self.shown(value), NAME_LIMIT)}"
        return _with_count(named, count) + (CHOSEN if value in self.chosen else "")

    def opener(self) -> str:
        """The button of its panel: what is chosen of it, or its name."""
        if not self.chosen:
            return f"{self.icon} {self.title}"
        if len(self.chosen) == 1:
            return self.label(self.chosen[0], dict(self.values).get(self.chosen[0], 0))
        return cut(f"{self.icon} {', '.join(map(self.shown, self.chosen))}", NAME_LIMIT) + CHOSEN


def panel(name: str, state: ListState, choices: Choices, number: int, texts: Texts) -> Reply | None:
    """The panel of this name, or that of all filters in place of one that is not offered; None when there is none."""
    shown = values_panel(name, state, choices, number, texts) if name in VALUES else None
    return shown or filters_panel(state, choices, texts)


def filters_panel(state: ListState, choices: Choices, texts: Texts) -> Reply | None:
    """All filters, each with its present choice; None when there is nothing to choose and nothing to take away."""
    this, named = token(state), _filters(state, choices, texts)
    openers = [
        Button(named[name].opener(), OpenPanel(this, name)) for name in ("category", "shop") if named[name].is_offered
    ]
    rows = [
        *in_rows(openers, 2),
        *_at_hand(named["brand"], this),
        *_prices(state, choices, this, texts),
        *_stock(state, choices, this, texts),
    ]
    if not rows:
        return None
    if has_filters(state):
        rows.append((Button(texts.plain("✕ Clear filters"), Choose(this, "a")),))
    return Reply(Html("\n".join(_title(state, choices, texts))), (*rows, (_to_list(state, choices, texts),)))


def values_panel(name: str, state: ListState, choices: Choices, number: int, texts: Texts) -> Reply | None:
    """All values of one filter, a page of them; None when there are no two of them."""
    one, this = _filters(state, choices, texts)[name], token(state)
    if not one.is_offered:
        return None
    page = page_of(one.values, number, PER_PANEL)
    # Of sections there can be one alone: with it chosen, there is nothing more to do here.
    after = "filters" if name == "category" else name
    buttons = [
        Button(one.label(value, count), Choose(this, one.by, mark(value), after, page.number))
        for value, count in page.items
    ]
    rows = [*in_rows(buttons, 2), *pager(page.number, page.pages, lambda to: OpenPanel(this, name, to))]
    if one.chosen:
        rows.append((Button(_all_words(name, texts), Choose(this, one.by, "", after)),))
    back = Button(texts.plain("‹ Filters"), OpenPanel(this, "filters"))
    lines = [*_title(state, choices, texts), _question(name, texts)]
    return Reply(Html("\n".join(lines)), (*rows, (back, _to_list(state, choices, texts))))


def sort_panel(state: ListState, texts: Texts) -> Reply:
    """The orders; a press leads to the list."""
    this = token(state)
    orders = [
        Button(sort_words(sort, texts) + (CHOSEN if sort == state.sort else ""), Narrow(this, "s", sort))
        for sort in SORTS
    ]
    query = cut(clean(state.text), QUERY_LIMIT)
    lines = [texts.html("🔎 <b>{query}</b>", query=query)] if query else []
    lines += [*_narrowed(state, texts), texts.html("Sort by:")]
    back = Button(texts.plain("‹ Back to the list"), ShowList(this))
    return Reply(Html("\n".join(lines)), (*in_rows(orders, 2), (back,)))


def _filters(state: ListState, choices: Choices, texts: Texts) -> dict[str, Filter]:
    category = (state.category,) if state.category else ()

    def named(path: str) -> str:
        return section_name(path, texts)

    return {
        "category": Filter("c", "📂", texts.plain("Category"), choices.categories, category, named),
        "brand": Filter("b", "🏷", texts.plain("All brands…"), choices.brands, state.brands, clean),
        "shop": Filter("h", "🏪", texts.plain("Shop"), choices.shops, state.shops, shop_title),
    }


def _question(name: str, texts: Texts) -> Html:
    if name == "category":
        return texts.html("Which category?")
    if name == "brand":
        return texts.html("Which brand? You can choose several.")
    return texts.html("Which shop? You can choose several.")


def _all_words(name: str, texts: Texts) -> str:
    if name == "category":
        return texts.plain("✕ All categories")
    return texts.plain("✕ All brands") if name == "brand" else texts.plain("✕ All shops")


def _at_hand(brands: Filter, this: str) -> Rows:
    """The first brands as they are, and the way to all others where there are more."""
    if not brands.is_offered:
        return ()
    first = brands.values if len(brands.values) <= AT_HAND else brands.values[: AT_HAND - 1]
    buttons = [Button(brands.label(value, count), Choose(this, "b", mark(value))) for value, count in first]
    if len(first) < len(brands.values):
        others = tuple(value for value in brands.chosen if value not in dict(first))
        buttons.append(Button(replace(brands, chosen=others).opener(), OpenPanel(this, "brand")))
    return in_rows(buttons, 2)


def _prices(state: ListState, choices: Choices, this: str, texts: Texts) -> Rows:
    chosen = band_of(state)
    if len(choices.prices) < 2 and chosen == NO_BAND:
        return ()
    return in_rows(
        [
            Button(_with_count(f"💰 {_band_label(band, texts)}", count) + (CHOSEN if band == chosen else ""),
                   Choose(this, "p", band_mark(band)))
            for band, count in choices.prices
        ],
        2,
    )  # fmt: skip


def _band_label(band: Band, texts: Texts) -> str:
    """A range in half the width of a phone."""
    low, high = band
    if low is None or high is None:
        return band_words(band, texts)
    return short_range(low, high, MARKET.code, texts.language)


def _stock(state: ListState, choices: Choices, this: str, texts: Texts) -> Rows:
    if not state.in_stock and not 0 < choices.in_stock < choices.page.total:
        return ()
    label = _with_count(texts.plain("📦 In stock only"), choices.in_stock) + (CHOSEN if state.in_stock else "")
    return ((Button(label, Choose(this, "k", "" if state.in_stock else "1")),),)


def _with_count(words: str, count: int) -> str:
    return f"{words} · {count}" if count else words


def _to_list(state: ListState, choices: Choices, texts: Texts) -> Button:
    """The way on: to so many products, to what is near, or to the list that says that there is nothing."""
    page = choices.page
    if page.total:
        label = texts.plain("Show {n}", n=page.total)
    elif page.near_total:
        label = texts.plain("Show similar")
    else:
        label = texts.plain("‹ Back to the list")
    return Button(label, ShowList(token(state)))


def _title(state: ListState, choices: Choices, texts: Texts) -> list[Html]:
    """What is narrowed, how much of it there is with the present choice, and that choice."""
    page = choices.page
    count = texts.html_n("{n} product", "{n} products", page.total) if page.total else texts.html("no products")
    query = cut(clean(page.corrected if page.kind == "corrected" and page.corrected else state.text), QUERY_LIMIT)
    if query:
        first = texts.html("🔎 <b>{query}</b> · {count}", query=query, count=count)
    else:
        first = texts.html("🔎 {count}", count=count)
    return [first, *(_narrowed(state, texts) or [texts.html("<i>No filters chosen</i>")])]


def _narrowed(state: ListState, texts: Texts) -> list[Html]:
    if not has_filters(state):
        return []
    return [texts.html("<i>Filters: {filters}</i>", filters=" · ".join(described(state, texts)))]
