"""What stands above a result list: what was asked for, how much of it there is, and in which order."""

from bot.features.search.filters import sort_words
from bot.products.list_state import ListState
from bot.products.list_words import beyond_words, described, has_filters, no_rate_words, rate_words
from bot.ui.locale import Html, Texts
from bot.ui.text import clean, cut
from pipeline.catalog.page import SearchPage

QUERY_LIMIT = 60


def heading(state: ListState, page: SearchPage, texts: Texts) -> Html:
    """What is counted is what was asked for; what comes near is said to be that."""
    query = cut(clean(state.text), QUERY_LIMIT)
    lines: list[Html] = []
    if page.kind == "nearest":
        lines.append(_nearest(state, page, query, texts))
    else:
        count = texts.html_n("{n} product", "{n} products", page.total)
        corrected = cut(clean(page.corrected), QUERY_LIMIT) if page.kind == "corrected" and page.corrected else ""
        if told := corrected or query:
            lines.append(texts.html("🔎 <b>{query}</b> · {count}", query=told, count=count))
        else:
            lines.append(texts.html("🔎 {count}", count=count))
        if corrected:
            lines.append(
                texts.html("<i>You wrote “{query}”, I looked for “{corrected}”.</i>", query=query, corrected=corrected)
            )
    if has_filters(state):
        lines.append(texts.html("<i>Filters: {filters}</i>", filters=" · ".join(described(state, texts))))
    if state.sort != "relevance":
        lines.append(texts.html("<i>{order}</i>", order=sort_words(state.sort, texts)))
    if state.currency:
        lines.append(texts.html("<i>{said}</i>", said=rate_words(state.currency, state.rate, texts)))
    if page.no_rate:
        lines.append(texts.html("<i>{said}</i>", said=no_rate_words(page.no_rate, texts)))
    return Html("\n".join(lines))


def _nearest(state: ListState, page: SearchPage, query: str, texts: Texts) -> Html:
    if page.beyond is None:
        return texts.html("🤷 No exact match for <b>{query}</b>. Closest:", query=query)
    said = beyond_words((state.price_min, state.price_max), page.beyond, texts)
    if not query:
        return texts.html("🤷 {said}", said=said)
    return texts.html("🤷 <b>{query}</b>: {said}", query=query, said=said)
