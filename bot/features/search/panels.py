"""The panels of a result list: the same message, its buttons exchanged for the choices of one filter."""

from bot.features.search.buttons import Narrow, OpenPanel
from bot.features.search.filters import SORTS, bands, sort_words
from bot.products.buttons import ShowList
from bot.products.list_state import ListState
from bot.products.list_words import band_words, described, has_filters
from bot.products.offer_ids import token
from bot.products.section_names import section_name
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import clean, cut
from pipeline.catalog.page import Facets

PER_PANEL = 8
LABEL_LIMIT = 34
QUERY_LIMIT = 60
PANELS = ("filters", "category", "brand", "price", "sort")


def panel(name: str, state: ListState, facets: Facets, number: int, texts: Texts) -> Reply:
    """A panel by its name; an unknown one is the panel of all filters."""
    if name == "sort":
        return Reply(_title(state, texts.plain("In what order?"), texts), _sorts(state, texts))
    if name == "price":
        return Reply(_title(state, texts.plain("Which price?"), texts), _prices(state, facets, texts))
    if name == "category":
        values = [(value, f"{section_name(value, texts)} · {count}") for value, count in facets.categories]
        question = texts.plain("Which category?")
        return Reply(
            _title(state, question, texts),
            _values(state, "c", name, values=values, chosen=state.category, number=number, texts=texts),
        )
    if name == "brand":
        values = [(value, f"{cut(clean(value), LABEL_LIMIT)} · {count}") for value, count in facets.brands]
        question = texts.plain("Which brand?")
        return Reply(
            _title(state, question, texts),
            _values(state, "b", name, values=values, chosen=state.brand, number=number, texts=texts),
        )
    return Reply(_title(state, texts.plain("Narrow the list by:"), texts), _filters(state, texts))


def _title(state: ListState, question: str, texts: Texts) -> Html:
    lines = [texts.html("🔎 <b>{query}</b>", query=cut(clean(state.text), QUERY_LIMIT))] if state.text else []
    if has_filters(state):
        lines.append(texts.html("<i>Filters: {filters}</i>", filters=" · ".join(described(state, texts))))
    lines.append(texts.html("{question}", question=question))
    return Html("\n".join(lines))


def _filters(state: ListState, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    name = token(state)
    stock = Button(
        texts.plain("✅ In stock only") if state.in_stock else texts.plain("▫️ In stock only"),
        Narrow(name, "k", "" if state.in_stock else "1"),
    )
    rows: list[tuple[Button, ...]] = [
        (
            Button(texts.plain("📂 Category"), OpenPanel(name, "category")),
            Button(texts.plain("🏷 Brand"), OpenPanel(name, "brand")),
        ),
        (Button(texts.plain("💰 Price"), OpenPanel(name, "price")), stock),
    ]
    if has_filters(state):
        rows.append((Button(texts.plain("✕ Clear filters"), Narrow(name, "a")),))
    return (*rows, (_back(name, texts),))


def _values(
    state: ListState,
    by: str,
    name: str,
    *,
    values: list[tuple[str, str]],
    chosen: str | None,
    number: int,
    texts: Texts,
) -> tuple[tuple[Button, ...], ...]:
    this = token(state)
    page = page_of(values, number, PER_PANEL)
    choices = [Button(cut(label, LABEL_LIMIT), Narrow(this, by, mark(value))) for value, label in page.items]
    rows = [*in_rows(choices, 2), *pager(page.number, page.pages, lambda to: OpenPanel(this, name, to))]
    if chosen:
        rows.append((Button(texts.plain("✖️ Any"), Narrow(this, by)),))
    return (*rows, (_back(this, texts),))


def _prices(state: ListState, facets: Facets, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    this = token(state)
    choices = [Button(band_words(band, texts), Narrow(this, "p", mark(repr(band)))) for band in bands(facets)]
    rows = [*in_rows(choices, 2)]
    if state.price_min is not None or state.price_max is not None:
        rows.append((Button(texts.plain("✖️ Any"), Narrow(this, "p")),))
    return (*rows, (_back(this, texts),))


def _sorts(state: ListState, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    this = token(state)
    choices = [
        Button(("● " if sort == state.sort else "") + sort_words(sort, texts), Narrow(this, "s", sort))
        for sort in SORTS
    ]
    return (*in_rows(choices, 2), (_back(this, texts),))


def _back(name: str, texts: Texts) -> Button:
    return Button(texts.plain("‹ Back to the list"), ShowList(name))
