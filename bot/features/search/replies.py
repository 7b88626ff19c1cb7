"""The result list: one message that is edited as the person turns pages, sorts and narrows."""

from dataclasses import dataclass
from math import ceil

from bot.features.search.buttons import Narrow, OpenPanel
from bot.products.buttons import OpenProduct, ShowList
from bot.products.list_part import ListParts
from bot.products.list_state import ListState
from bot.products.list_words import described, has_filters
from bot.products.offer_ids import product_mark, token
from bot.products.product_item import list_item
from bot.ui.locale import Html, Texts
from bot.ui.pager import pager
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.catalog.page import SearchPage
from pipeline.catalog.request import LAST_HIT

QUERY_LIMIT = 60
NO_PARTS = ListParts()


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
        return max(1, min(ceil(self.page.total / self.size), LAST_HIT // self.size))


def result_list(shown: ResultList, texts: Texts, parts: ListParts = NO_PARTS) -> Reply:
    """The list with its buttons; for an answer without products, say so and offer a way on."""
    if not shown.page.products:
        return nothing_found(shown.state, texts, parts.rows(shown.state, shown.person, texts))
    first = shown.number * shown.size + 1
    items = [list_item(position, product, texts) for position, product in enumerate(shown.page.products, start=first)]
    return Reply(fit([_heading(shown, texts), *items]), _buttons(shown, first, texts, parts))


def nothing_found(state: ListState, texts: Texts, rows: Rows = ()) -> Reply:
    """An honest empty answer: filters can be dropped, and without any there is advice.

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
                (Button(texts.plain("✖️ Remove the filters"), Narrow(token(state), "a")),),
                (Button(texts.plain("⚙️ Filters"), OpenPanel(token(state), "filters")),),
                *rows,
            ),
        )
    return Reply(
        fit(
            [
                texts.html("🤷 Nothing was found for <b>{query}</b>, and nothing that is close.", query=query),
                texts.html("Try fewer words, a more general word, or a brand. /start shows some examples."),
            ]
        ),
    )


def _heading(shown: ResultList, texts: Texts) -> Html:
    query = cut(clean(shown.state.text), QUERY_LIMIT)
    count = texts.html_n("{n} product", "{n} products", shown.page.total)
    lines: list[Html] = []
    if shown.page.kind == "nearest":
        lines.append(texts.html("🤷 There is no <b>{query}</b>. Here is what comes nearest:", query=query))
    elif shown.page.kind == "corrected" and shown.page.corrected:
        corrected = cut(clean(shown.page.corrected), QUERY_LIMIT)
        lines.append(texts.html("🔎 <b>{query}</b> · {count}", query=corrected, count=count))
        lines.append(
            texts.html("<i>You wrote “{query}”, I looked for “{corrected}”.</i>", query=query, corrected=corrected)
        )
    elif query:
        lines.append(texts.html("🔎 <b>{query}</b> · {count}", query=query, count=count))
    else:
        lines.append(texts.html("🔎 {count}", count=count))
    if has_filters(shown.state):
        lines.append(texts.html("<i>Narrowed: {filters}</i>", filters=" · ".join(described(shown.state, texts))))
    return Html("\n".join(lines))


def _buttons(shown: ResultList, first: int, texts: Texts, parts: ListParts) -> Rows:
    name = token(shown.state)
    products = [
        Button(str(position), OpenProduct(product_mark(product.offer_id), name, shown.number, position - 1))
        for position, product in enumerate(shown.page.products, start=first)
    ]
    rows: list[tuple[Button, ...]] = [*in_rows(products, 5)]
    rows += pager(shown.number, shown.pages, lambda page: ShowList(name, page))
    if suggestion := _did_you_mean(shown, texts):
        rows.append((suggestion,))
    rows.append(
        (
            Button(texts.plain("⚙️ Filters"), OpenPanel(name, "filters")),
            Button(texts.plain("↕️ Sort"), OpenPanel(name, "sort")),
        )
    )
    if has_filters(shown.state):
        rows.append((Button(texts.plain("✖️ Remove the filters"), Narrow(name, "a")),))
    return (*rows, *parts.rows(shown.state, shown.person, texts))


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
        for product in shown.page.products
        if product_mark(product.offer_id).startswith("=")
    ]
    suggested = [ListState(text=shown.page.corrected)] if shown.page.corrected else []
    return (shown.state, *long_ids, *suggested)
