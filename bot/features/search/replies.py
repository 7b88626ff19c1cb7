"""The result list: one message that is edited as the person turns pages, sorts and narrows."""

from dataclasses import dataclass
from math import ceil

from bot.features.search.buttons import Narrow, OpenPanel
from bot.features.search.chips import chip_rows
from bot.features.search.headings import QUERY_LIMIT, heading
from bot.products.buttons import OpenProduct, ShowList
from bot.products.list_part import ListParts
from bot.products.list_state import ListState
from bot.products.list_words import described, has_filters
from bot.products.offer_ids import product_mark, token
from bot.products.product_item import list_item
from bot.ui.locale import Texts
from bot.ui.pager import pager
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.catalog.page import SearchPage
from pipeline.catalog.request import LAST_HIT

NO_PARTS = ListParts()
SEVERAL = 2


@dataclass(frozen=True, slots=True)
class ResultList:
    """A page of an answer, what was asked for it, which page of `size` products it is (from 0), and who asked."""

    state: ListState
    page: SearchPage
    number: int
    size: int
    person: str = ""

    @property
    def pages(self) -> int:
        """How many pages there are; at most as many as the catalogue lets one turn."""
        return max(1, min(ceil(self.page.shown_total / self.size), LAST_HIT // self.size))


def result_list(shown: ResultList, texts: Texts, parts: ListParts = NO_PARTS) -> Reply:
    """The list with its buttons; for an answer without products, say so and offer a way on."""
    page = shown.page
    if not page.shown:
        rows = parts.rows(shown.state, shown.person, texts)
        return nothing_found(shown.state, texts, rows, chip_rows(shown.state, page.makers, texts))
    first = shown.number * shown.size + 1
    items = [
        list_item(position, product, texts, page.lines.get(product.offer_id))
        for position, product in enumerate(page.shown, start=first)
    ]
    if page.near and page.total:
        # What was found ends here, or on a page before this one.
        items.insert(len(page.products), texts.html("<b>More like this:</b>"))
    return Reply(fit([heading(shown.state, page, texts), *items]), _buttons(shown, first, texts, parts))


def nothing_found(state: ListState, texts: Texts, rows: Rows = (), chips: Rows = ()) -> Reply:
    """An honest empty answer: filters and parts of the query (`chips`) can be dropped, and without any there is advice.

    `rows` stand under an answer that would have products without its filters; else nobody can wait for it.
    """
    query = cut(clean(state.text), QUERY_LIMIT)
    if has_filters(state):
        return Reply(
            fit(
                [
                    texts.html("🔍 Nothing for <b>{query}</b> with these filters:", query=query),
                    escaped(" · ".join(described(state, texts))),
                ]
            ),
            (
                *chips,
                *_clear(state, texts),
                (Button(texts.plain("⚙️ Filters"), OpenPanel(token(state), "filters")),),
                *rows,
            ),
        )
    return Reply(
        fit(
            [
                texts.html("🤷 Nothing found for <b>{query}</b>.", query=query),
                texts.html("Try fewer words, a more general word, or a brand. /start shows some examples."),
            ]
        ),
        chips,
    )


def _buttons(shown: ResultList, first: int, texts: Texts, parts: ListParts) -> Rows:
    name = token(shown.state)
    products = [
        Button(str(position), OpenProduct(product_mark(product.offer_id), name, shown.number, position - 1))
        for position, product in enumerate(shown.page.shown, start=first)
    ]
    rows: list[tuple[Button, ...]] = [*in_rows(products, 5)]
    rows += pager(shown.number, shown.pages, lambda page: ShowList(name, page))
    if suggestion := _did_you_mean(shown, texts):
        rows.append((suggestion,))
    rows += chip_rows(shown.state, shown.page.makers, texts)
    ways: list[Button] = []
    if shown.page.shown_total > 1 or has_filters(shown.state):
        ways.append(Button(texts.plain("⚙️ Filters"), OpenPanel(name, "filters")))
    if shown.page.shown_total > 1:
        ways.append(Button(texts.plain("↕️ Sort"), OpenPanel(name, "sort")))
    rows += [tuple(ways)] if ways else []
    rows += _clear(shown.state, texts)
    return (*rows, *parts.rows(shown.state, shown.person, texts))


def _clear(state: ListState, texts: Texts) -> Rows:
    """The way out of several filters at once; one is taken away by its own button."""
    if len(described(state, texts)) < SEVERAL:
        return ()
    return ((Button(texts.plain("✕ Clear filters"), Narrow(token(state), "a")),),)


def _did_you_mean(shown: ResultList, texts: Texts) -> Button | None:
    corrected = shown.page.corrected
    if not corrected or shown.page.kind == "corrected":
        return None
    other = ListState(text=corrected)
    label = texts.plain("💡 Did you mean “{text}”?", text=cut(clean(corrected), 40))
    return Button(label, ShowList(token(other)))


def states_behind(shown: ResultList) -> tuple[ListState, ...]:
    """Every state that a button of this list refers to, to be kept before the list is shown."""
    long_ids = [
        ListState(offer_id=product.offer_id)
        for product in shown.page.shown
        if product_mark(product.offer_id).startswith("=")
    ]
    suggested = [ListState(text=shown.page.corrected)] if shown.page.corrected else []
    return (shown.state, *long_ids, *suggested)
