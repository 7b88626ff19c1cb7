"""A feed file as products and refusals, in the order of the file, in flat memory."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from pipeline.contracts.messages import Product, encode
from pipeline.feed import json_rows, product_row, yml_head, yml_offer, yml_rows
from pipeline.feed.product_row import Defaults
from pipeline.feed.rows import MESSAGE_LIMIT, ROW_LIMIT, Refusal, Row, RowRefused, refuse
from pipeline.feed.source import FeedFormat, FeedSource, opened
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


def read(
    path: Path,
    defaults: Defaults | None = None,
    *,
    encoding: str | None = None,
    limit: int = ROW_LIMIT,
    bounds: ReadingBounds = UNBOUNDED,
    guard: RowGuard | None = None,
) -> Iterator[Outcome]:
    """Every row of the file, as a product or as a refusal with its line and offset; no row raises.

    Raises UnreadableFile, at the first step, when the file is none of the formats. `encoding` overrides what the
    file says of itself.
    """
    given, timer = defaults or Defaults(), guard or nullcontext()
    with opened(path, encoding, bounds=bounds) as source:
        if source.kind is FeedFormat.YML:
            yield from _yml(source, _head(path, source, bounds), given, limit, timer)
        else:
            split = json_rows.lines if source.kind is FeedFormat.LINES else json_rows.objects
            for found in split(source.window, source.encoding, limit):
                yield found if isinstance(found, Refusal) else _outcome(found.row, _from_json(found, given), timer)


def _from_json(found: json_rows.JsonRow, defaults: Defaults) -> Callable[[], Product]:
    return lambda: product_row.product(found.value, defaults)


def _head(path: Path, source: FeedSource, bounds: ReadingBounds) -> yml_head.YmlHead:
    head = yml_head.head(source.window, source.encoding)
    if not head.categories:
        with opened(path, source.encoding, bounds=bounds) as again:
            head.categories = yml_head.late_categories(again.window, again.encoding)
    return head


def _yml(
    source: FeedSource, head: yml_head.YmlHead, defaults: Defaults, limit: int, guard: RowGuard
) -> Iterator[Outcome]:
    for row in yml_rows.offers(source.window, limit):
        yield row if isinstance(row, Refusal) else _outcome(row, _from_yml(row, source, head, defaults), guard)


def _from_yml(row: Row, source: FeedSource, head: yml_head.YmlHead, defaults: Defaults) -> Callable[[], Product]:
    return lambda: yml_offer.product(row, source.encoding, head, defaults)


def _outcome(row: Row, make: Callable[[], Product], guard: RowGuard) -> Outcome:
    """What comes of a row. Whatever goes wrong in it is a refusal: it costs this row and no other."""
    try:
        with guard:
            product = make()
            value = encode(product)
    except RowRefused as error:
        return refuse(row, str(error))
    except Exception as error:  # noqa: BLE001 - a fault that nobody thought of is the row's, and is told to its shop
        return refuse(row, _unforeseen(error))
    if len(value) > MESSAGE_LIMIT:
        return refuse(row, f"the product is too large: {len(value)} bytes, and {MESSAGE_LIMIT} are the most")
    return Accepted(row, product, value)


def _unforeseen(error: Exception) -> str:
    text = str(error)
    if isinstance(error, RecursionError) or "depth" in text or "ecursion" in text:
        return "it is nested too deep; send flat fields"
    return f"it cannot be read as a product ({type(error).__name__}: {text[:100]}); check this row"
