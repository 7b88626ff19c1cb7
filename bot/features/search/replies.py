"""The result list: one message that is edited as the person turns pages, sorts and narrows."""

from dataclasses import dataclass
from math import ceil

from bot.features.search.filters import described, has_filters
from bot.products.shop import shop_of
from bot.ui.callback_data import Narrow, OpenPanel, OpenProduct, PageNumber, SaveSearch, ShowList
from bot.ui.callback_ids import product_mark, token
from bot.ui.locale import Html, Texts
from bot.ui.money import money
from bot.ui.reply import Button, Reply, Rows, in_rows
from bot.ui.text import clean, cut, escaped, fit
from pipeline.catalog.page import SearchPage
from pipeline.catalog.request import LAST_HIT
from pipeline.contracts.chat_state import ListState
from pipeline.contracts.messages import Product

NAME_LIMIT = 90
SHOP_LIMIT = 30
QUERY_LIMIT = 60
FEW_LEFT = 3


@dataclass(frozen=True, slots=True)
class ResultList:
    """A page of an answer, what was asked for it, and which page of `size` products it is (from 0)."""

    state: ListState
    page: SearchPage
    number: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are; at most as many as the catalogue lets one turn."""
        return max(1, min(ceil(self.page.total / self.size), LAST_HIT // self.size))


def result_list(shown: ResultList, texts: Texts) -> Reply:
    """The list with its buttons; for an answer without products, say so and offer a way on."""
    if not shown.page.products:
        return nothing_found(shown.state, texts)
    first = shown.number * shown.size + 1
    items = [list_item(position, product, texts) for position, product in enumerate(shown.page.products, start=first)]
    return Reply(fit([_heading(shown, texts), *items]), _buttons(shown, first, texts))


def nothing_found(state: ListState, texts: Texts) -> Reply:
    """An honest empty answer: filters can be dropped, and without any there is advice."""
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
                (_saving(state, texts),),
            ),
        )
    return Reply(
        fit(
            [
                texts.html("🤷 Nothing was found for <b>{query}</b>, and nothing that is close.", query=query),
                texts.html("Try fewer words, a more general word, or a brand. /start shows some examples."),
            ]
        ),
        ((_saving(state, texts),),),
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


def list_item(position: int, product: Product, texts: Texts) -> Html:
    """One product of a list, in two lines."""
    facts = [texts.html("<b>{price}</b>", price=money(product.price.amount, product.price.currency, texts.language))]
    facts.append(escaped(stock_words(product, texts)))
    if shop := shop_of(product, SHOP_LIMIT):
        facts.append(escaped(shop))
    name = cut(clean(product.name), NAME_LIMIT)
    return Html(f"<b>{position}.</b> {escaped(name)}\n" + " · ".join(facts))


def stock_words(product: Product, texts: Texts) -> str:
    """Whether one can have it, in two or three words."""
    available = product.stock.available
    if available <= 0:
        return texts.plain("out of stock")
    if available <= FEW_LEFT:
        return texts.plain_n("only {n} left", "only {n} left", available)
    return texts.plain("in stock")


def _buttons(shown: ResultList, first: int, texts: Texts) -> Rows:
    name = token(shown.state)
    products = [
        Button(str(position), OpenProduct(product_mark(product.product_id), name, shown.number, position - 1))
        for position, product in enumerate(shown.page.products, start=first)
    ]
    rows: list[tuple[Button, ...]] = [*in_rows(products, 5)]
    if shown.pages > 1:
        rows.append(_pager(shown, name))
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
    rows.append((_saving(shown.state, texts),))
    return tuple(rows)


def _saving(state: ListState, texts: Texts) -> Button:
    return Button(texts.plain("🔔 Tell me what is new"), SaveSearch(token(state)))


def _pager(shown: ResultList, name: str) -> tuple[Button, ...]:
    # Beyond the end comes the beginning: the arrows stay where they are under the thumb, and none is dead.
    return (
        Button("‹", ShowList(name, (shown.number - 1) % shown.pages)),
        Button(f"{shown.number + 1}/{shown.pages}", PageNumber(shown.number + 1, shown.pages)),
        Button("›", ShowList(name, (shown.number + 1) % shown.pages)),
    )


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
        ListState(product_id=product.product_id)
        for product in shown.page.products
        if product_mark(product.product_id).startswith("=")
    ]
    suggested = [ListState(text=shown.page.corrected)] if shown.page.corrected else []
    return (shown.state, *long_ids, *suggested)
