"""A feed file as products and refusals, in the order of the file, in flat memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.contracts.messages import Product
from pipeline.feed import json_rows, product_row, yml_offer, yml_rows
from pipeline.feed.product_row import Defaults
from pipeline.feed.rows import ROW_LIMIT, Refusal, Row, RowRefused, refuse
from pipeline.feed.source import FeedFormat, FeedSource, opened


@dataclass(frozen=True, slots=True)
class Accepted:
    """A valid product and the row it came from."""

    row: Row
    product: Product


Outcome = Accepted | Refusal


def read(
    path: Path, defaults: Defaults | None = None, *, encoding: str | None = None, limit: int = ROW_LIMIT
) -> Iterator[Outcome]:
    """Every row of the file, as a product or as a refusal with its line and offset.

    Raises UnreadableFile, at the first step, when the file is none of the formats. `encoding` overrides what the
    file says of itself.
    """
    given = defaults or Defaults()
    with opened(path, encoding) as source:
        if source.kind is FeedFormat.YML:
            yield from _yml(path, source, given, limit)
        else:
            split = json_rows.lines if source.kind is FeedFormat.LINES else json_rows.objects
            yield from (_json(row, given) for row in split(source.window, source.encoding, limit))


def _json(row: json_rows.JsonRow | Refusal, defaults: Defaults) -> Outcome:
    if isinstance(row, Refusal):
        return row
    try:
        return Accepted(row.row, product_row.product(row.value, defaults))
    except RowRefused as error:
        return refuse(row.row, str(error))


def _yml(path: Path, source: FeedSource, defaults: Defaults, limit: int) -> Iterator[Outcome]:
    head = yml_rows.head(source.window, source.encoding)
    if not head.categories:
        with opened(path, source.encoding) as again:
            head.categories = yml_rows.late_categories(again.window, again.encoding)
    for row in yml_rows.offers(source.window, limit):
        if isinstance(row, Refusal):
            yield row
            continue
        try:
            yield Accepted(row, yml_offer.product(row, source.encoding, head, defaults))
        except RowRefused as error:
            yield refuse(row, str(error))
