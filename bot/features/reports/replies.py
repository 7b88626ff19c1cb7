"""A report in words: every figure of the charts, so that nobody needs to see them; and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.features.reports.buttons import AskSynonym, ShowReport, ShowToShops, TakeSynonym
from bot.features.reports.figures import Query, Report, SearchFigures
from bot.features.reports.running_replies import running_page
from bot.features.reports.words import count_words, people_words
from bot.products.list_state import ListState
from bot.products.offer_ids import token
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.span import Period, Span, span_words
from bot.ui.text import CAPTION_LIMIT, clean, cut, escaped, fit

QUERY_LIMIT = 50
QUERIES_TOLD = 6
SYNONYM_BUTTONS = 2


@dataclass(frozen=True, slots=True)
class Pages:
    """The captions of the three pictures."""

    searches: Reply
    queries: Reply
    running: Reply

    def all(self) -> tuple[Reply, Reply, Reply]:
        """In the order of the pictures."""
        return self.searches, self.queries, self.running


def report_choice(texts: Texts, *, asked: str = "") -> Reply:
    """Which time to report on; `asked` is a time that there is no report for."""
    unknown = [texts.html("There is no report for “{time}”.", time=cut(clean(asked), 40))] if asked else []
    return Reply(
        fit([*unknown, texts.html("📊 Report for:")]),
        ((Button(texts.plain("The last 24 hours"), ShowReport("day")),
          Button(texts.plain("The last 7 days"), ShowReport("week"))),),
    )  # fmt: skip


def being_drawn(period: Period, texts: Texts) -> Reply:
    """The message while the pictures are made; it goes when they are there."""
    again = Button(texts.plain("🔄 Try again"), ShowReport(period))
    return Reply(texts.html("⏳ Drawing the report, a few seconds…"), ((again,),))


def report_pages(report: Report, least_people: int, texts: Texts) -> Pages:
    """The captions: each within Telegram's limit for one."""
    return Pages(_searches(report, texts), _queries(report, least_people, texts), running_page(report, texts))


def synonym_question(query: str, candidates: Sequence[str], texts: Texts) -> Reply:
    """What else a query that finds nothing may be called."""
    this = token(ListState(text=query))
    buttons = [Button(f"→ {cut(clean(name), 30)}", TakeSynonym(this, mark(name))) for name in candidates]
    blocks = [
        texts.html("📖 What should <b>{query}</b> also find?", query=cut(clean(query), QUERY_LIMIT)),
        texts.html("Choose, or write it: <code>/synonyms {query} = …</code>", query=cut(clean(query), QUERY_LIMIT)),
    ]
    return Reply(fit(blocks), in_rows(buttons, 2))


def for_shops(queries: Sequence[Query], span: Span, texts: Texts) -> Reply:
    """A message to forward to shops."""
    if not queries:
        return Reply(texts.html("👌 Nothing that several people looked for is missing."))
    lines = [
        texts.html(
            "• {query}: {people}", query=cut(clean(query.text), QUERY_LIMIT), people=people_words(query.people, texts)
        )
        for query in queries
    ]
    return Reply(
        fit(
            [
                texts.html("📣 <b>Customers looked for this, and no shop had it</b>"),
                escaped(span_words(span, texts)),
                Html("\n".join(lines)),
                texts.html("<i>Forward this message to the shops.</i>"),
            ]
        )
    )


def _searches(report: Report, texts: Texts) -> Reply:
    told = report.searches
    before = report.before
    lines = [
        texts.html_n("<b>{n}</b> search", "<b>{n}</b> searches", told.searches)
        + ", "
        + escaped(people_words(told.people, texts)),
        texts.html(
            "Found nothing: <b>{n}</b> ({share} %)", n=count_words(told.missed, texts), share=f"{told.missed_share:.0f}"
        ),
        *([_compared(report.span, told, before, texts)] if before is not None and before.searches else []),
        texts.html("Cards opened per 100 searches: <b>{n}</b>", n=f"{told.opened_per_hundred:.0f}"),
    ]
    if sum(told.opened):
        places = ", ".join(
            texts.plain("place {n}", n=place) + f": {count_words(count, texts)}"
            for place, count in enumerate(told.opened, 1)
        )
        lines.append(texts.html("Opened: {places}", places=places))
    if told.simulated:
        lines.append(
            texts.html_n("<i>{n} of these is by simulated customers.</i>",
                         "<i>{n} of these are by simulated customers.</i>", told.simulated)
        )  # fmt: skip
    title = texts.html("📊 <b>Searches</b>, {span}", span=span_words(report.span, texts))
    return Reply(fit([title, Html("\n".join(lines))], CAPTION_LIMIT))


def _compared(span: Span, told: SearchFigures, before: SearchFigures, texts: Texts) -> Html:
    """Against the same time before: more or fewer searches, and whether more of them found nothing."""
    change = 100 * (told.searches - before.searches) / before.searches
    values = {
        "change": f"{change:+.0f} %".replace("-", "−"),
        "then": f"{before.missed_share:.0f} %",
    }
    return (
        texts.html("Against the day before: {change}; found nothing then: {then}", **values)
        if span.period == "day"
        else texts.html("Against the week before: {change}; found nothing then: {then}", **values)
    )


def _queries(report: Report, least_people: int, texts: Texts) -> Reply:
    told = report.searches
    blocks = [
        texts.html("🔎 <b>What people look for</b>"),
        _list(texts.html("Searched most:"), told.top, texts),
        _list(texts.html("Found nothing:"), told.nothing, texts),
        texts.html_n("<i>Only what at least {n} person looked for.</i>",
                     "<i>Only what at least {n} people looked for.</i>", least_people),
    ]  # fmt: skip
    buttons = [
        Button(
            texts.plain("+ Synonym for “{query}”", query=cut(clean(query.text), 28)),
            AskSynonym(token(ListState(text=query.text))),
        )
        for query in told.nothing[:SYNONYM_BUTTONS]
    ]
    rows = [*in_rows(buttons, 1)]
    if told.nothing:
        rows.append((Button(texts.plain("📣 Show to shops"), ShowToShops(report.span.period)),))
    return Reply(fit(blocks, CAPTION_LIMIT), tuple(rows))


def _list(title: Html, queries: Sequence[Query], texts: Texts) -> Html:
    if not queries:
        said = texts.html("nothing to tell.")
        return Html(f"{title} {said}")
    lines = [
        texts.html(
            "• {query} – {n} ({people})",
            query=cut(clean(query.text), QUERY_LIMIT),
            n=count_words(query.searches, texts),
            people=people_words(query.people, texts),
        )
        for query in queries[:QUERIES_TOLD]
    ]
    return Html("\n".join([title, *lines]))
