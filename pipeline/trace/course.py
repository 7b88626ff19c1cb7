"""How far an offer has come, and where it stopped. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ops.errors import UnprocessableMessage
from pipeline.filter.reading import read_product
from pipeline.trace.facts import Facts, LogRecord


class Stop(StrEnum):
    """Where the offer is now."""

    ON_SALE = "on sale"
    SOLD_OUT = "sold out"
    """In the search, with nothing left to buy."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    MALFORMED = "malformed"
    """The newest version is no product: it is among the dead letters, and the version before stands."""
    WAITS_FILTER = "waits for the filter"
    WAITS_INDEXER = "waits for the indexer"
    NOT_SENT = "not sent"
    UNCLEAR = "unclear"
    """A server did not answer, or not all was read."""


class Verdict(StrEnum):
    """What the filter said about the newest version."""

    PASSED = "passed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    WAITED_FOR = "waited for"
    UNKNOWN = "unknown"


class InIndex(StrEnum):
    """What the index has, beside what the filter let through."""

    NEWEST = "newest"
    OLDER = "older"
    STILL = "still"
    """It has what the filter has taken back."""
    NOTHING = "nothing"
    SOME = "some"
    """It has the offer, and nobody can say which version."""
    UNKNOWN = "unknown"


class InLake(StrEnum):
    """Whether the lake was filled after the filter's decision."""

    FILLED = "filled"
    NOT_YET = "not yet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Course:
    """Where it stopped and since when, if it waits; and what each station has. `rule` is the id of the refusing one."""

    stop: Stop
    verdict: Verdict
    index: InIndex
    lake: InLake
    since: datetime | None = None
    rule: str = ""
    removal: bool = False
    """What waits is the removal of the offer from the search."""


def course(facts: Facts) -> Course:
    """The offer's way, as far as the facts tell it."""
    verdict, rule = _verdict(facts)
    index, lake = _in_index(facts), _in_lake(facts)
    stop, since = _stop(facts, verdict, index)
    filtered = _filtered(facts)
    removal = verdict in {Verdict.REFUSED, Verdict.WITHDRAWN} or (
        stop is Stop.WAITS_FILTER and filtered is not None and filtered.value is not None and _is_over(facts)
    )
    return Course(stop, verdict, index, lake, since, rule, removal)


def _verdict(facts: Facts) -> tuple[Verdict, str]:
    sent, filtered = _sent(facts), _filtered(facts)
    if facts.logs is None or (filtered is None and not facts.logs.filtered.whole):
        return Verdict.UNKNOWN, facts.ban.rule if facts.ban is not None else ""
    if filtered is None or (sent is not None and not answers(filtered, sent)):
        return Verdict.WAITED_FOR, facts.ban.rule if facts.ban is not None else ""
    if filtered.value is not None:
        return (Verdict.PASSED, "") if facts.ban is None else (Verdict.WAITED_FOR, facts.ban.rule)
    if sent is None or sent.value is None:
        return Verdict.WITHDRAWN, ""
    if facts.ban is None:
        # The rule that refused it is no longer in force, and the filter has not followed yet.
        return Verdict.WAITED_FOR, ""
    return Verdict.REFUSED, (filtered.note.rule if filtered.note is not None else "") or facts.ban.rule


def answers(filtered: LogRecord, sent: LogRecord) -> bool:
    """Whether the filter's newest word is about the newest version.

    It notes the offset; without a note, what is let through is the same bytes, and a tombstone is younger.
    """
    if filtered.note is not None and filtered.note.offset >= 0:
        return filtered.note.offset >= sent.offset
    return filtered.value == sent.value if filtered.value is not None else filtered.at >= sent.at


def _stop(facts: Facts, verdict: Verdict, index: InIndex) -> tuple[Stop, datetime | None]:
    sent, filtered = _sent(facts), _filtered(facts)
    if facts.logs is None or not (facts.logs.products.whole and facts.logs.filtered.whole):
        return Stop.UNCLEAR, None
    if sent is None and filtered is None:
        return (Stop.NOT_SENT, None) if index is not InIndex.UNKNOWN else (Stop.UNCLEAR, None)
    if sent is not None and sent.value is not None and not _is_product(facts.offer_id, sent.value):
        return Stop.MALFORMED, sent.at
    if verdict is Verdict.WAITED_FOR:
        return Stop.WAITS_FILTER, _waits_since(facts)
    return _after_filter(facts, verdict, index)


def _after_filter(facts: Facts, verdict: Verdict, index: InIndex) -> tuple[Stop, datetime | None]:
    filtered = _filtered(facts)
    since = filtered.decided_at if filtered is not None else None
    if verdict is Verdict.PASSED:
        if index is InIndex.UNKNOWN:
            return Stop.UNCLEAR, None
        if index is not InIndex.NEWEST:
            return Stop.WAITS_INDEXER, since
        return (Stop.ON_SALE if _for_sale(facts) else Stop.SOLD_OUT), since
    if index is InIndex.STILL:
        return Stop.WAITS_INDEXER, since
    return (Stop.REFUSED if verdict is Verdict.REFUSED else Stop.WITHDRAWN), since


def _waits_since(facts: Facts) -> datetime | None:
    """When that came to be which the filter has not decided yet: the newest version, or the rule."""
    sent, filtered = _sent(facts), _filtered(facts)
    if sent is not None and (filtered is None or not answers(filtered, sent)):
        return sent.at
    return facts.ban.at if facts.ban is not None else None


def _in_index(facts: Facts) -> InIndex:
    if facts.index is None:
        return InIndex.UNKNOWN
    offset, filtered = facts.index.offset, _filtered(facts)
    if offset is None:
        return InIndex.NOTHING
    if filtered is None:
        return InIndex.SOME
    if offset >= filtered.offset:
        # What was indexed after the look at the topic is newer still.
        return InIndex.NEWEST
    return InIndex.OLDER if filtered.value is not None else InIndex.STILL


def _in_lake(facts: Facts) -> InLake:
    filtered = _filtered(facts)
    if facts.lake_at is None or filtered is None:
        return InLake.UNKNOWN
    return InLake.FILLED if filtered.decided_at < facts.lake_at else InLake.NOT_YET


def _is_over(facts: Facts) -> bool:
    sent = _sent(facts)
    return facts.ban is not None or (sent is not None and sent.value is None)


def _for_sale(facts: Facts) -> bool:
    product = facts.product
    return product is None or product.stock.for_sale > 0


def _is_product(offer_id: str, value: bytes) -> bool:
    try:
        read_product(offer_id.encode(), value)
    except UnprocessableMessage:
        return False
    return True


def _sent(facts: Facts) -> LogRecord | None:
    return facts.logs.products.record if facts.logs is not None else None


def _filtered(facts: Facts) -> LogRecord | None:
    return facts.logs.filtered.record if facts.logs is not None else None
