"""The stations of an offer's way, a line each."""

from datetime import datetime

from bot.products.ban_reasons import reason_said
from bot.ui.locale import Html, Texts
from bot.ui.text import clean, cut
from bot.ui.time import clock, day
from pipeline.contracts.messages import Ban
from pipeline.trace.course import Course, InIndex, InLake, Verdict
from pipeline.trace.facts import Facts, LogRecord, Looked

FILE_LIMIT = 80
RULE_LIMIT = 160
REASON_LIMIT = 160


def stations(facts: Facts, way: Course, texts: Texts) -> list[Html]:
    """From the shop's feed to the lake."""
    lines = [_feed(facts, texts)]
    if facts.logs is None:
        lines.append(texts.html("📥 Kafka: does not answer"))
    else:
        lines.append(_in_topic("📥", "products", facts.logs.products, texts))
    lines += _filter(facts, way, texts)
    if facts.logs is not None:
        lines.append(_in_topic("📤", "filtered_products", facts.logs.filtered, texts))
    return [*lines, _index(facts, way, texts), _lake(facts, way, texts)]


def _feed(facts: Facts, texts: Texts) -> Html:
    record = facts.logs.products.record if facts.logs is not None else None
    if facts.logs is None or record is None or not record.run:
        return texts.html("📦 Price list: not known")
    line = texts.plain("line {n}", n=cut(clean(record.line), 20)) if record.line else ""
    run = facts.logs.run
    if run is None:
        about = [texts.plain("no longer kept"), line]
    else:
        about = [cut(clean(run.file), FILE_LIMIT), _time(run.began, texts), line, cut(clean(run.by_name), 40)]
    return texts.html("📦 Price list: {about}", about=", ".join(filter(None, about)))


def _in_topic(icon: str, topic: str, looked: Looked, texts: Texts) -> Html:
    record = looked.record
    if record is None:
        told = texts.plain("nothing of it") if looked.whole else texts.plain("not found yet")
        return texts.html("{icon} <code>{topic}</code>: {told}", icon=icon, topic=topic, told=told)
    place = texts.plain("partition {partition}, offset {offset}", partition=record.partition, offset=record.offset)
    facts = [place, _time(record.at, texts), texts.plain("taken back") if record.value is None else ""]
    return texts.html(
        "{icon} <code>{topic}</code>: {told}", icon=icon, topic=topic, told=", ".join(filter(None, facts))
    )


def _filter(facts: Facts, way: Course, texts: Texts) -> list[Html]:
    record = facts.logs.filtered.record if facts.logs is not None else None
    head = {
        Verdict.PASSED: lambda: texts.html("🛡 Filter: let through{at}", at=_after(record, texts)),
        Verdict.REFUSED: lambda: texts.html("🛡 Filter: refused{at}", at=_after(record, texts)),
        Verdict.WITHDRAWN: lambda: texts.html("🛡 Filter: passed on that it is off sale{at}", at=_after(record, texts)),
        Verdict.WAITED_FOR: lambda: texts.html("🛡 Filter: has not decided yet"),
        Verdict.UNKNOWN: lambda: texts.html("🛡 Filter: not known"),
    }[way.verdict]()
    return [head, *([_rule(way.rule, facts.ban, texts)] if way.rule else [])]


def _rule(rule: str, ban: Ban | None, texts: Texts) -> Html:
    """The rule that refuses it, why, and until when; what is known of another rule is not told of this one."""
    told = ban if ban is not None and ban.rule == rule else None
    reason = f" · {cut(reason_said(told.reason, texts), REASON_LIMIT)}" if told is not None and told.reason else ""
    until = " · " + texts.plain("until {at}", at=_time(told.until, texts)) if told is not None and told.until else ""
    return texts.html(
        "    <code>{rule}</code>{reason}{until}", rule=cut(clean(rule), RULE_LIMIT), reason=reason, until=until
    )


def _index(facts: Facts, way: Course, texts: Texts) -> Html:
    told = {
        InIndex.NEWEST: texts.plain("has this version"),
        InIndex.OLDER: texts.plain("has an older version"),
        InIndex.STILL: texts.plain("still has it"),
        InIndex.NOTHING: texts.plain("does not have it"),
        InIndex.SOME: texts.plain("has it"),
        InIndex.UNKNOWN: texts.plain("does not answer"),
    }[way.index]
    return texts.html("🔎 Search: {told}", told=told)


def _lake(facts: Facts, way: Course, texts: Texts) -> Html:
    if way.lake is InLake.UNKNOWN or facts.lake_at is None:
        return texts.html("🗄 Lake: not asked")
    if way.lake is InLake.FILLED:
        return texts.html("🗄 Lake: has it, filled {at}", at=_time(facts.lake_at, texts))
    return texts.html("🗄 Lake: not yet, last filled {at}", at=_time(facts.lake_at, texts))


def _after(record: LogRecord | None, texts: Texts) -> str:
    return "" if record is None else f", {_time(record.decided_at, texts)}"


def _time(at: datetime, texts: Texts) -> str:
    return f"{day(at, texts)}, {clock(at, texts, seconds=True)}"
