"""An offer's way in lines for a terminal. Pure."""

from collections.abc import Iterator
from datetime import datetime

from pipeline.trace.course import Course, InIndex, InLake, Stop, Verdict, course
from pipeline.trace.facts import Facts, LogRecord

NOT_ANSWERED = "Kafka does not answer"
INDEX_WORDS = {
    InIndex.NEWEST: "has this version",
    InIndex.OLDER: "has an older version",
    InIndex.STILL: "still has it",
    InIndex.NOTHING: "does not have it",
    InIndex.SOME: "has it",
    InIndex.UNKNOWN: "Elasticsearch does not answer",
}
LAKE_WORDS = {
    InLake.FILLED: "filled since",
    InLake.NOT_YET: "not filled since",
    InLake.UNKNOWN: "not asked",
}


def lines(facts: Facts) -> list[str]:
    """The card: where it stands, then a line a station."""
    way, product = course(facts), facts.product
    name = f"  {product.name}" if product is not None else ""
    rows = (
        ("feed", _feed(facts)),
        ("products", _products(facts)),
        ("filter", _filter(facts, way)),
        ("filtered_products", _filtered(facts)),
        ("index", _index(facts, way)),
        ("lake", _lake(facts, way)),
    )
    return [f"{facts.offer_id}{name}", standing(facts, way), *(f"  {head:<18}{words}" for head, words in rows)]


def standing(facts: Facts, way: Course) -> str:
    """Where the offer is now, in one sentence."""
    words = str(way.stop)
    if way.stop in {Stop.WAITS_FILTER, Stop.WAITS_INDEXER}:
        what = ", to be taken off sale" if way.removal else ""
        return f"{words}{_behind(facts, way)}{what}"
    if way.stop is Stop.REFUSED:
        return f"{words} by {way.rule}"
    if way.stop is Stop.UNCLEAR:
        return f"{words}: {', '.join(_unclear(facts))}"
    return words


def _behind(facts: Facts, way: Course) -> str:
    return "" if way.since is None else f", {max(0, round((facts.at - way.since).total_seconds()))} s behind"


def _unclear(facts: Facts) -> Iterator[str]:
    if facts.logs is None:
        yield NOT_ANSWERED
    elif not (facts.logs.products.whole and facts.logs.filtered.whole):
        read = (facts.logs.products.share + facts.logs.filtered.share) / 2
        yield f"only {read:.0%} of the topics was read, give it more --seconds"
    if facts.index is None:
        yield INDEX_WORDS[InIndex.UNKNOWN]


def _feed(facts: Facts) -> str:
    record = facts.logs.products.record if facts.logs is not None else None
    if facts.logs is None or record is None or not record.run:
        return "not known"
    run, line = facts.logs.run, f", line {record.line}" if record.line else ""
    if run is None:
        return f"run {record.run}{line}"
    by = f" {run.by_name}" if run.by_name else ""
    return f"{run.file}, {_time(run.began)}{line} (run {run.run_id}, {run.channel}{by}, {run.state.value})"


def _products(facts: Facts) -> str:
    if facts.logs is None:
        return NOT_ANSWERED
    record = facts.logs.products.record
    if record is None:
        return "nothing of it" if facts.logs.products.whole else "nothing found so far"
    return f"{_place(record)}, {_time(record.at)}{', withdrawn by the shop' if record.value is None else ''}"


def _filter(facts: Facts, way: Course) -> str:
    record = facts.logs.filtered.record if facts.logs is not None else None
    at = f", {_time(record.decided_at)}" if record is not None else ""
    if way.verdict is Verdict.PASSED:
        return f"let through{at}"
    if way.verdict is Verdict.REFUSED:
        reason = f": {facts.ban.reason}" if facts.ban is not None and facts.ban.reason else ""
        return f"refused by {way.rule}{reason}{at}"
    if way.verdict is Verdict.WITHDRAWN:
        return f"passed on that it is withdrawn{at}"
    if way.verdict is Verdict.WAITED_FOR:
        return f"has not decided; {way.rule} stops it" if way.rule else "has not decided"
    return f"not known; {way.rule} stops it" if way.rule else "not known"


def _filtered(facts: Facts) -> str:
    if facts.logs is None:
        return NOT_ANSWERED
    record = facts.logs.filtered.record
    if record is None:
        return "nothing of it" if facts.logs.filtered.whole else "nothing found so far"
    return f"{_place(record)}{', a tombstone' if record.value is None else ''}"


def _index(facts: Facts, way: Course) -> str:
    offset = facts.index.offset if facts.index is not None else None
    return INDEX_WORDS[way.index] + ("" if offset is None else f", from offset {offset}")


def _lake(facts: Facts, way: Course) -> str:
    return LAKE_WORDS[way.lake] + ("" if facts.lake_at is None else f", last at {_time(facts.lake_at)}")


def _place(record: LogRecord) -> str:
    return f"partition {record.partition}, offset {record.offset}"


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
