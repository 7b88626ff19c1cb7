"""A report in words: every figure of the charts, so that nobody needs to see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.features.reports.figures import OwnerFigures, Query, Report, Span
from bot.ui.callback_data import AskSynonym, ShowReport, ShowToShops, TakeSynonym
from bot.ui.callback_ids import mark, token
from bot.ui.locale import Html, Texts, number
from bot.ui.reply import Button, Reply, in_rows
from bot.ui.text import CAPTION_LIMIT, clean, cut, escaped, fit
from pipeline.contracts.chat_state import ListState

QUERY_LIMIT = 50
QUERIES_TOLD = 6
SYNONYM_BUTTONS = 4
RULES_TOLD = 6


@dataclass(frozen=True, slots=True)
class Pages:
    """The captions of the three pictures."""

    searches: Reply
    queries: Reply
    running: Reply

    def all(self) -> tuple[Reply, Reply, Reply]:
        """In the order of the pictures."""
        return self.searches, self.queries, self.running


def report_choice(texts: Texts) -> Reply:
    """Which time to report on."""
    return Reply(
        texts.html("📊 What shall the report cover?"),
        ((Button(texts.plain("The last 24 hours"), ShowReport("day")),
          Button(texts.plain("The last 7 days"), ShowReport("week"))),),
    )  # fmt: skip


def report_pages(report: Report, least_people: int, texts: Texts) -> Pages:
    """The captions: each within Telegram's limit for one."""
    return Pages(_searches(report, texts), _queries(report, least_people, texts), _running(report, texts))


def synonym_question(query: str, candidates: Sequence[str], texts: Texts) -> Reply:
    """What else a query that finds nothing may be called."""
    this = token(ListState(text=query))
    buttons = [Button(f"→ {cut(clean(name), 30)}", TakeSynonym(this, mark(name))) for name in candidates]
    blocks = [
        texts.html("📖 What shall <b>{query}</b> find too?", query=cut(clean(query), QUERY_LIMIT)),
        texts.html("Choose, or write it: <code>/synonyms {query} = …</code>", query=cut(clean(query), QUERY_LIMIT)),
    ]
    return Reply(fit(blocks), in_rows(buttons, 2))


def for_shops(queries: Sequence[Query], span: Span, texts: Texts) -> Reply:
    """A message to forward to shops."""
    if not queries:
        return Reply(texts.html("👌 Nothing that several people looked for is missing."))
    lines = [
        texts.html(
            "▫️ {query}: {people}", query=cut(clean(query.text), QUERY_LIMIT), people=_people(query.people, texts)
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


def span_words(span: Span, texts: Texts) -> str:
    """From when to when, by the reader's clock."""
    start, end = span.local(span.start), span.local(span.end)
    if span.period == "day":
        return texts.plain("{start} – {end}", start=f"{start:%d.%m %H:%M}", end=f"{end:%d.%m %H:%M}")
    return texts.plain("{start} – {end}", start=f"{start:%d.%m}", end=f"{end:%d.%m %H:%M}")


def seconds_words(seconds: float, texts: Texts) -> str:
    """0.08 s, 2.1 s, 12 s, 4 min, 3 h."""
    if seconds < 10:
        value = f"{seconds:.{2 if seconds < 1 else 1}f}".replace(".", "," if texts.language == "ru" else ".")
        return texts.plain("{n} s", n=value)
    if seconds < 120:
        return texts.plain("{n} s", n=round(seconds))
    if seconds < 7_200:
        return texts.plain("{n} min", n=round(seconds / 60))
    return texts.plain("{n} h", n=round(seconds / 3_600))


def rule_words(rule: str, texts: Texts) -> str:
    """A rule as people say it."""
    kind, _, value = rule.partition(":")
    kinds = {
        "product": texts.plain("product"),
        "seller": texts.plain("shop"),
        "category": texts.plain("category"),
        "brand": texts.plain("brand"),
        "keyword": texts.plain("word"),
    }
    return f"{kinds.get(kind, kind)}: {value.rpartition(' / ')[2] or value}"


def _searches(report: Report, texts: Texts) -> Reply:
    told = report.searches
    lines = [
        texts.html_n("<b>{n}</b> search", "<b>{n}</b> searches", told.searches)
        + ", "
        + escaped(_people(told.people, texts)),
        texts.html(
            "Found nothing: <b>{n}</b> ({share} %)", n=_number(told.missed, texts), share=f"{told.missed_share:.0f}"
        ),
        texts.html("Cards opened per 100 searches: <b>{n}</b>", n=f"{told.opened_per_hundred:.0f}"),
    ]
    if sum(told.opened):
        places = ", ".join(f"{place} – {number(count, texts.language)}" for place, count in enumerate(told.opened, 1))
        lines.append(texts.html("By place in the list: {places}", places=places))
    if told.simulated:
        lines.append(
            texts.html_n("<i>{n} of these is by simulated customers.</i>",
                         "<i>{n} of these are by simulated customers.</i>", told.simulated)
        )  # fmt: skip
    title = texts.html("📊 <b>Searches</b>, {span}", span=span_words(report.span, texts))
    return Reply(fit([title, Html("\n".join(lines))], CAPTION_LIMIT))


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
            texts.plain("➕ synonym: {query}", query=cut(clean(query.text), 28)),
            AskSynonym(token(ListState(text=query.text))),
        )
        for query in told.nothing[:SYNONYM_BUTTONS]
    ]
    rows = [*in_rows(buttons, 1)]
    if told.nothing:
        rows.append((Button(texts.plain("📣 Show to shops"), ShowToShops(report.span.period)),))
    return Reply(fit(blocks, CAPTION_LIMIT), tuple(rows))


def _running(report: Report, texts: Texts) -> Reply:
    blocks = [texts.html("⚙️ <b>How the marketplace runs</b>"), _held_back(report, texts)]
    delay = report.delay
    if delay is None:
        blocks.append(texts.html("From the shop to the search: no data."))
    else:
        blocks.append(
            texts.html(
                "From the shop to the search: half of the products within {median}, 95 of 100 within {p95}, "
                "99 of 100 within {p99}.",
                median=seconds_words(delay.median_s, texts),
                p95=seconds_words(delay.p95_s, texts),
                p99=seconds_words(delay.p99_s, texts),
            )
        )
        if delay.whole_life:
            blocks.append(texts.html("<i>Nothing came in this time; this is since the indexer's start.</i>"))
    blocks.append(_alerts(report, texts))
    other = "week" if report.span.period == "day" else "day"
    label = texts.plain("The last 7 days") if other == "week" else texts.plain("The last 24 hours")
    return Reply(fit(blocks, CAPTION_LIMIT), ((Button(f"📊 {label}", ShowReport(other)),),))


def _held_back(report: Report, texts: Texts) -> Html:
    if report.held_back is None:
        return texts.html("Products held back by rules: not counted, it took too long.")
    if not report.held_back:
        return texts.html("Products held back by rules: no rule is in force.")
    lines = [
        texts.html("▫️ {rule}: {n}", rule=cut(clean(rule_words(rule, texts)), QUERY_LIMIT), n=_number(count, texts))
        for rule, count in report.held_back[:RULES_TOLD]
    ]
    return Html("\n".join([texts.html("Products held back by rules, now:"), *lines]))


def _alerts(report: Report, texts: Texts) -> Html:
    told = report.alerts
    if not told.alerts:
        return texts.html("Alerts: none.")
    title = texts.html("Alerts: <b>{n}</b>, still open: {open}.", n=told.alerts, open=told.still_open)
    return Html("\n".join([title, *(_owner(owner, texts) for owner in told.owners)]))


def _owner(owner: OwnerFigures, texts: Texts) -> Html:
    name = cut(clean(owner.owner), 30) or texts.plain("nobody")
    parts = [texts.html("▫️ {name}: {n}", name=name, n=owner.alerts)]
    if owner.acknowledged_s is not None:
        parts.append(texts.html("taken after {time}", time=seconds_words(owner.acknowledged_s, texts)))
    if owner.resolved_s is not None:
        parts.append(texts.html("over after {time}", time=seconds_words(owner.resolved_s, texts)))
    return Html(", ".join(parts))


def _list(title: Html, queries: Sequence[Query], texts: Texts) -> Html:
    if not queries:
        said = texts.html("nothing to tell.")
        return Html(f"{title} {said}")
    lines = [
        texts.html(
            "▫️ {query} – {n} ({people})",
            query=cut(clean(query.text), QUERY_LIMIT),
            n=_number(query.searches, texts),
            people=_people(query.people, texts),
        )
        for query in queries[:QUERIES_TOLD]
    ]
    return Html("\n".join([title, *lines]))


def _people(count: int, texts: Texts) -> str:
    return texts.plain_n("{n} person", "{n} people", count)


def _number(count: int, texts: Texts) -> str:
    return number(count, texts.language)
