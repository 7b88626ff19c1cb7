"""What a parsing process hands over: rows that are ready to be sent, a slice at a time, as bytes.

A frame is the length of its head, the head in JSON, and the rows' own bytes one after another: what was read by a
process that looks into strangers' files is not unpickled.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from pydantic import BaseModel, ConfigDict

from pipeline.contracts.messages import Product, RowFault, parts_of_offer_id
from pipeline.feed.offer_digest import GONE, digest_of
from pipeline.feed.offer_digest import SIZE as DIGEST_SIZE
from pipeline.feed.reader import Accepted, Outcome
from pipeline.feed.reasons import Remark
from pipeline.feed.rows import RAW_KEPT, Refusal, Row

HEAD_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """A product's message, its key, its shop, and the first 64 KiB of the row it came from.

    Without a value the shop says that the offer is not for sale. `digest` is what tells whether the message is news.
    """

    row: Row
    key: str
    store: str
    value: bytes | None
    digest: bytes

    @property
    def product(self) -> str:
        """The shop's own id of the offer."""
        return parts_of_offer_id(self.key)[1]


ReadyOutcome = ReadyRow | Refusal


# reason, cut_off, the code, field and values of the fault, the id and the shop that the row has.
_RefusedHead = tuple[int, int, int, str, bool, str, str, dict[str, str], str, str]


class _Head(BaseModel):
    model_config = ConfigDict(frozen=True)

    # line, offset, length of the row; then key, shop, length of the value (-1: not for sale), or what was refused.
    rows: tuple[tuple[int, int, int, str, str, int] | _RefusedHead, ...] = ()
    end: str | None = None
    whole: bool = False
    remarks: tuple[tuple[str, int, tuple[int, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows in the order of the file. `end` is None while more follows, "" after the last row, or what went wrong.

    `whole`: by its format, the file holds all offers of its shop.
    """

    rows: tuple[ReadyOutcome, ...] = ()
    end: str | None = None
    whole: bool = False
    remarks: tuple[Remark, ...] = ()


def ready(outcome: Outcome) -> ReadyOutcome:
    """An outcome of the reader as it is handed over."""
    if isinstance(outcome, Accepted):
        row, product = outcome.row, outcome.product
        kept = Row(row.line, row.offset, row.raw[:RAW_KEPT])
        if is_disabled(product):
            return ReadyRow(kept, product.offer_id, product.store_id, None, GONE)
        return ReadyRow(kept, product.offer_id, product.store_id, outcome.value, digest_of(outcome.value))
    return outcome


def is_disabled(product: Product) -> bool:
    """Whether the shop says that the offer is not for sale: YML's `<disabled>`, or a field of that name in JSON."""
    said = (product.model_extra or {}).get("disabled")
    return said is True or (isinstance(said, str | int) and str(said).strip().lower() in {"true", "1", "yes"})


def packed(
    rows: Sequence[ReadyOutcome], end: str | None = None, remarks: Sequence[Remark] = (), *, whole: bool = False
) -> bytes:
    """The frame of a slice."""
    heads: list[tuple[object, ...]] = []
    bodies: list[bytes] = []
    for row in rows:
        if isinstance(row, ReadyRow):
            place, size = row.row, -1 if row.value is None else len(row.value)
            heads.append((place.line, place.offset, len(place.raw), row.key, row.store, size))
            bodies += (place.raw, row.value or b"", row.digest)
        else:
            heads.append(_refused_head(row))
            bodies.append(row.raw)
    told = [(each.text, each.count, each.lines) for each in remarks]
    head = orjson.dumps({"rows": heads, "end": end, "remarks": told, "whole": whole})
    return b"".join((HEAD_LENGTH.pack(len(head)), head, *bodies))


def _refused_head(row: Refusal) -> tuple[object, ...]:
    fault = row.fault
    told = (str(fault.code), fault.field, fault.values)
    return (row.line, row.offset, len(row.raw), row.reason, row.cut_off, *told, row.product, row.store)


def unpacked(frame: bytes) -> Slice:
    """The slice in a frame. Raises ValueError when it is none."""
    (length,) = HEAD_LENGTH.unpack_from(frame)
    at = HEAD_LENGTH.size + length
    head = _Head.model_validate_json(frame[HEAD_LENGTH.size : at])
    rows: list[ReadyOutcome] = []
    for entry in head.rows:
        line, offset, size = entry[:3]
        raw = frame[at : at + size]
        at += size
        if len(entry) == 6:
            ends = at + max(0, entry[5])
            value = None if entry[5] < 0 else frame[at:ends]
            at = ends + DIGEST_SIZE
            rows.append(ReadyRow(Row(line, offset, raw), entry[3], entry[4], value, frame[ends:at]))
        else:
            fault = RowFault(code=entry[5], field=entry[6], values=entry[7])
            rows.append(Refusal(line, offset, entry[3], raw, entry[4], fault, product=entry[8], store=entry[9]))
    return Slice(tuple(rows), head.end, head.whole, tuple(Remark(*each) for each in head.remarks))
