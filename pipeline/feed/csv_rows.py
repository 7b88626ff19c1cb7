"""Taking a table apart: CSV with a header, divided by semicolons, commas, tabs or bars; a row at a time. RFC 4180.

A broken row costs itself. A field is quoted only if it begins with a quote, so 32" stays what it is. A quote that is
not closed would take all the rest: such a row is the line on which it stands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.contracts.feeds import FaultCode
from pipeline.contracts.messages import Product
from pipeline.feed import amounts, fields, product_row
from pipeline.feed.csv_header import Header, delimiter_of, header_of
from pipeline.feed.markup import one_line
from pipeline.feed.product_row import Defaults
from pipeline.feed.row_names import RowName
from pipeline.feed.rows import RAW_KEPT, ROW_LIMIT, TOO_LARGE, Refusal, Row, RowRefused, Tell, UnreadableFile, silent
from pipeline.feed.text_encoding import Encoding, decoded, name_of, shown
from pipeline.feed.window import Window, cut_off

LINE_END = re.compile(rb"\r\n?|\n")
BLANK = re.compile(rb"(?:[ \r\n]|\xef\xbb\xbf)*+")
EXCEL_HINT = re.compile(r"\s*sep=(.)\s*", re.IGNORECASE)
PICTURES = re.compile(r"\s*[|;\n]\s*|[\s,]+(?=(?:https?:)?/)")
PATH = re.compile(r"\s*[>|]\s*|\s+/\s+")
READ_AGAIN = 4
"""Bytes that may be looked at again for each byte of the file, for rows with a quote that is not closed."""


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a table is read: its delimiter, a row and a cell of it, and its header."""

    delimiter: str
    header: Header
    row: re.Pattern[bytes]
    cell: re.Pattern[str]


NO_HEADER = Header((), {}, {})


def _row_pattern(delimiter: str) -> re.Pattern[bytes]:
    mark = re.escape(delimiter.encode())
    cell = rb'(?:"(?:[^"]++|"")*+" *+(?=%s|[\r\n]|\Z)|(?!")[^%s\r\n]*+)' % (mark, mark)
    return re.compile(rb"%s(?:%s%s)*+(?=\r\n?|\n|\Z)" % (cell, mark, cell))


def _cell_pattern(delimiter: str) -> re.Pattern[str]:
    mark = re.escape(delimiter)
    return re.compile(rf'"((?:[^"]++|"")*+)" *+(?={mark}|\Z)|((?!")[^{mark}]*+)', re.DOTALL)


def table(window: Window, encoding: Encoding, limit: int = ROW_LIMIT) -> CsvForm:
    """The table's header; the window then stands at its first row. Raises UnreadableFile when it names no products."""
    _pass_blanks(window)
    line = _text(_line(window, limit), encoding)
    hint = EXCEL_HINT.fullmatch(line)
    if hint is not None:
        _pass_blanks(window)
        line = _text(_line(window, limit), encoding)
    delimiter = hint.group(1) if hint else delimiter_of(line)
    form = CsvForm(delimiter, NO_HEADER, _row_pattern(delimiter), _cell_pattern(delimiter))
    cells = split(line, form)
    if cells is None:
        raise UnreadableFile("the quotes of its first line are not closed; check the export")
    return replace(form, header=header_of([one_line(each) for each in cells]))


def rows(window: Window, form: CsvForm, limit: int = ROW_LIMIT) -> Iterator[Row | Refusal]:
    """Every row that is not blank, over as many lines as its quotes span; one longer than `limit` is refused."""
    credit = 4 * limit
    while True:
        _pass_blanks(window)
        if not window.held():
            break
        before = window.offset()
        line, length = window.line(), _length(window, form, limit, credit)
        raw = bytes(window.data[window.pos : window.pos + min(length, limit + 1)])
        if length > limit:
            window.skip_to(LINE_END, 2)
            yield Refusal(line, before, f"the row is longer than {limit} bytes", raw[:RAW_KEPT], fault=TOO_LARGE)
        else:
            window.pos += length
            yield Row(line, before, raw)
            if form.row.fullmatch(raw) is None:
                # It was looked at to the end of what there was.
                credit -= min(limit, window.held())
        credit += READ_AGAIN * (window.offset() - before)
    if window.fault:
        yield cut_off(window, window.fault)


def product(row: Row, encoding: Encoding, form: CsvForm, defaults: Defaults, tell: Tell = silent) -> Product:
    """The product of a row. Raises RowRefused with the column's field and the fault."""
    cells = split(_row_text(row, encoding), form)
    if cells is None:
        raise RowRefused("the quotes of the row are not closed, or stand within a cell", FaultCode.BAD_QUOTES)
    expected = len(form.header.columns)
    if len(cells) != expected and (len(cells) < expected or any(each.strip() for each in cells[expected:])):
        text = f"the row has another number of cells than the first line; {len(cells)} and {expected}"
        raise RowRefused(text, FaultCode.CELLS, n=len(cells), expected=expected)
    made = _named(cells, form.header)
    made["product_id"] = fields.line(product_row.identifier(made["product_id"], defaults.id_prefix))
    made["store_id"] = made.get("store_id") or defaults.store or None
    return product_row.finished(made, defaults, (defaults.site,), tell, flat=True)


def name_of_row(raw: bytes, encoding: Encoding, form: CsvForm) -> RowName:
    """What a refused row is called: its cells up to the one that makes no sense."""
    text = raw.decode(name_of(encoding), "replace")
    cells, at = [], 0
    while (each := form.cell.match(text, at)) is not None:
        quoted, plain = each.groups()
        cells.append(quoted.replace('""', '"') if quoted is not None else plain)
        at = each.end() + 1
        if text[each.end() : at] != form.delimiter:
            break

    def one(name: str) -> str:
        place = next(iter(form.header.fields.get(name, ())), len(cells))
        return fields.line(cells[place]).strip() if place < len(cells) else ""

    return RowName(one("product_id"), one("store_id"))


def split(text: str, form: CsvForm) -> list[str] | None:
    """The cells of a row, unquoted; None when its quotes make no sense."""
    found: list[str] = []
    at = 0
    while True:
        each = form.cell.match(text, at)
        if each is None:
            return None
        quoted, plain = each.groups()
        found.append(quoted.replace('""', '"') if quoted is not None else plain)
        at = each.end()
        if at == len(text):
            return found
        if text[at] != form.delimiter:
            return None
        at += 1


def _named(cells: Sequence[str], header: Header) -> dict[str, object]:
    def one(name: str) -> str:
        places = header.fields.get(name, ())
        return cells[places[0]].strip() if places else ""

    currency = one("currency") or header.currency
    price, old = one("price"), one("old_price")
    if sale := one("sale_price"):
        price, old = sale, old or price
    name = one_line(one("name"))
    pictures = [url for place in header.fields.get("images", ()) for url in PICTURES.split(cells[place].strip()) if url]
    made: dict[str, object] = {
        "product_id": one("product_id"),
        "name": name,
        "description": one("description"),
        "price": {"amount": price or None, "currency": currency},
        "category": PATH.sub(" / ", one("category")),
        "brand": one("brand"),
        "sku": one("sku"),
        "tags": [tag for place in header.fields.get("tags", ()) for tag in re.split(r"[,|;]", cells[place])],
        "images": [{"url": url, "alt": name} for url in pictures],
        "specifications": {
            one_line(named): value for named, place in header.properties.items() if (value := cells[place].strip())
        },
        "stock": product_row.stock_of(_available(one("available"), one("availability")), one("reserved") or 0),
        "created_at": one("created_at") or None,
        "updated_at": one("updated_at") or None,
        "store_id": one("store_id"),
        "group_id": one("group_id") or None,
        "old_price": old or None,
        "url": one("url"),
        "delivery": _delivery(one("delivery"), one("delivery_cost"), one("delivery_days")),
        "pickup": one("pickup") or None,
        "sales_notes": one("sales_notes"),
        "contact": one("contact"),
    }
    if store_name := one("store_name"):
        made["store_name"] = store_name
    return made


def _delivery(said: str, cost: str, days: str) -> object:
    if not cost and not days:
        return said
    # Google's tables write the country and the service before the cost: RU:::300 RUB.
    return {"courier": said, "cost": cost.rpartition(":")[2], "days": days}


def _available(count: str, said: str) -> int | None:
    """The number, unless the shop says that there is none; None: it says only that there is some, or nothing."""
    said = said.replace("_", " ")
    if said and fields.pieces(said, "availability") == 0:
        return 0
    if count:
        return None if amounts.is_some(count) else fields.pieces(count, "stock")
    return None if not said or amounts.is_some(said) else fields.pieces(said, "availability")


def _pass_blanks(window: Window) -> None:
    while True:
        blank = BLANK.match(window.data, window.pos)
        window.pos = blank.end() if blank else window.pos
        if window.held() or not window.more():
            return


def _length(window: Window, form: CsvForm, limit: int, credit: int) -> int:
    """How many bytes the row at `pos` has; more than `limit` when it is longer."""
    while True:
        found = form.row.match(window.data, window.pos) if credit > 0 else None
        # What ends where the window does may go on.
        if found is not None and (found.end() < len(window.data) or window.ended):
            return found.end() - window.pos
        end = LINE_END.search(window.data, window.pos)
        if found is None and end is not None and (credit <= 0 or window.held() > limit or window.ended):
            return end.start() - window.pos
        if window.held() > limit:
            return limit + 1
        if not window.more():
            whole = found or end
            return whole.end() - window.pos if whole else window.held()


def _line(window: Window, limit: int) -> bytes:
    while True:
        end = LINE_END.search(window.data, window.pos)
        if end is not None or window.held() > limit or not window.more():
            break
    stop = end.start() if end else min(len(window.data), window.pos + limit)
    line = bytes(window.data[window.pos : stop])
    window.pos = stop
    return line


def _text(raw: bytes, encoding: Encoding) -> str:
    try:
        return decoded(raw, encoding)
    except UnicodeError:
        raise UnreadableFile(f"its first line is not {shown(name_of(encoding))}; pass --encoding") from None


def _row_text(row: Row, encoding: Encoding) -> str:
    try:
        return decoded(row.raw, encoding)
    except UnicodeDecodeError as error:
        name = shown(name_of(encoding))
        text = f"the text is not {name} at byte {error.start}; pass --encoding"
        raise RowRefused(text, FaultCode.BAD_ENCODING, encoding=name) from None
