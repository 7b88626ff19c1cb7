"""A feed file as products and refusals, in the order of the file, in flat memory."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pipeline.contracts.messages import Product, encode
from pipeline.feed import (
    csv_rows,
    google_rss,
    json_rows,
    json_wrapper,
    product_row,
    row_names,
    yml_head,
    yml_offer,
    yml_rows,
)
from pipeline.feed.currencies import file_rates
from pipeline.feed.product_row import Defaults
from pipeline.feed.row_names import RowName
from pipeline.feed.rows import MESSAGE_LIMIT, REASON_KEPT, ROW_LIMIT, TOO_LARGE, Refusal, Row, RowRefused, Tell, refuse
from pipeline.feed.source import HEAD, FeedFormat, FeedSource, opened
from pipeline.feed.unpacking import UNBOUNDED, ReadingBounds


@dataclass(frozen=True, slots=True)
class Accepted:
    """A valid product, its message, and the row it came from."""

    row: Row
    product: Product
    value: bytes


Outcome = Accepted | Refusal
# Entered for each row; it may raise RowRefused when the row takes too long.
RowGuard = AbstractContextManager[None]
Remark = Callable[[int, str], None]
"""Takes the line, and what of it was left out or read otherwise than it says."""


def _unheard(line: int, text: str) -> None:
    return


def read(
    path: Path,
    defaults: Defaults | None = None,
    *,
    encoding: str | None = None,
    limit: int = ROW_LIMIT,
    bounds: ReadingBounds = UNBOUNDED,
    guard: RowGuard | None = None,
    remark: Remark = _unheard,
) -> Iterator[Outcome]:
    """Every row of the file, as a product or as a refusal with its line and offset; no row raises.

    Raises UnreadableFile, at the first step, when the file is none of the formats. `encoding` overrides what the
    file says of itself. `remark` hears, with the line, what was left out of rows that are sent, and of the file.
    """
    reading = _Reading(path, defaults or Defaults(), limit, bounds, guard or nullcontext(), remark)
    with opened(path, encoding, bounds=bounds) as source:
        for outcome in _FORMATS[source.kind](reading, source):
            # In what the text is, is known with the first row that is more than ASCII.
            reading.tell_of_file(source.remarks)
            yield outcome
        reading.tell_of_file(source.remarks)


@dataclass(frozen=True, slots=True)
class _Reading:
    path: Path
    defaults: Defaults
    limit: int
    bounds: ReadingBounds
    guard: RowGuard
    remark: Remark

    def tell_of_file(self, remarks: list[str]) -> None:
        for each in remarks:
            self.remark(1, each)
        remarks.clear()

    def outcomes(
        self, rows: Iterator[Row | Refusal], make: Callable[[Row, Tell], Product], name: Callable[[bytes], RowName]
    ) -> Iterator[Outcome]:
        """What comes of the rows; `name` is asked what a row is called of which nothing could be made."""
        for row in rows:
            if isinstance(row, Refusal):
                yield _named(row, name(row.raw))
                continue
            outcome = self.outcome(row, partial(make, row))
            yield _named(outcome, name(row.raw)) if isinstance(outcome, Refusal) else outcome

    def outcome(self, row: Row, make: Callable[[Tell], Product]) -> Outcome:
        """What comes of a row. Whatever goes wrong in it is a refusal: it costs this row and no other."""
        remarks: list[str] = []
        try:
            with self.guard:
                product = make(remarks.append)
                value = encode(product)
        except RowRefused as error:
            return refuse(row, str(error), error.fault)
        except Exception as error:  # noqa: BLE001 - a fault that nobody thought of is the row's, and is told to its shop
            return refuse(row, _unforeseen(error))
        if len(value) > MESSAGE_LIMIT:
            reason = f"the product is too large: {len(value)} bytes, and {MESSAGE_LIMIT} are the most"
            return refuse(row, reason, TOO_LARGE)
        for each in remarks:
            self.remark(row.line, each[:REASON_KEPT])
        return Accepted(row, product, value)


def _json(reading: _Reading, source: FeedSource) -> Iterator[Outcome]:
    window = source.window
    at = json_wrapper.rows_at(bytes(window.data[window.pos : window.pos + HEAD]))
    if at is not None:
        window.pos += at
        found = json_rows.objects(window, source.encoding, reading.limit, wrapped=True)
    elif source.kind is FeedFormat.LINES:
        found = json_rows.lines(window, source.encoding, reading.limit)
    else:
        found = json_rows.objects(window, source.encoding, reading.limit)
    for each in found:
        if isinstance(each, Refusal):
            yield _named(each, row_names.of_json(each.raw, source.encoding))
            continue
        outcome = reading.outcome(each.row, partial(product_row.product, each.value, reading.defaults))
        yield _named(outcome, row_names.of_value(each.value)) if isinstance(outcome, Refusal) else outcome


def _yml(reading: _Reading, source: FeedSource) -> Iterator[Outcome]:
    head = yml_head.head(source.window, source.encoding)
    if not head.categories:
        with opened(reading.path, source.encoding, bounds=reading.bounds) as again:
            late = yml_head.late(again.window, again.encoding, "categories")
            head.categories = yml_head.categories(late, head.remarks)
    rates, told = file_rates(head.rates, reading.defaults.rates)
    reading.tell_of_file([*head.remarks, *told])
    defaults = replace(reading.defaults, rates=rates)
    return reading.outcomes(
        yml_rows.offers(source.window, reading.limit),
        lambda row, tell: yml_offer.product(row, source.encoding, head, defaults, tell),
        lambda raw: row_names.of_offer(raw, source.encoding),
    )


def _google(reading: _Reading, source: FeedSource) -> Iterator[Outcome]:
    head = google_rss.channel(source.window, source.encoding)
    return reading.outcomes(
        google_rss.items(source.window, head, reading.limit),
        lambda row, tell: google_rss.product(row, source.encoding, head, reading.defaults, tell),
        lambda raw: row_names.of_item(raw, source.encoding),
    )


def _csv(reading: _Reading, source: FeedSource) -> Iterator[Outcome]:
    form = csv_rows.table(source.window, source.encoding, reading.limit)
    return reading.outcomes(
        csv_rows.rows(source.window, form, reading.limit),
        lambda row, tell: csv_rows.product(row, source.encoding, form, reading.defaults, tell),
        lambda raw: csv_rows.name_of_row(raw, source.encoding, form),
    )


_FORMATS: dict[FeedFormat, Callable[[_Reading, FeedSource], Iterator[Outcome]]] = {
    FeedFormat.OBJECTS: _json,
    FeedFormat.LINES: _json,
    FeedFormat.YML: _yml,
    FeedFormat.GOOGLE: _google,
    FeedFormat.CSV: _csv,
}


def _named(refusal: Refusal, name: RowName) -> Refusal:
    return replace(refusal, product=name.product, store=name.store)


def _unforeseen(error: Exception) -> str:
    text = str(error)
    if isinstance(error, RecursionError) or "depth" in text or "ecursion" in text:
        return "it is nested too deep; send flat fields"
    return f"it cannot be read as a product ({type(error).__name__}: {text[:100]}); check this row"
