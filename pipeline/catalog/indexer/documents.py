"""What a record of `filtered_products` asks of the index. Pure."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import orjson

from ops.errors import UnprocessableMessage
from pipeline.catalog.mapping import document, document_id, meaning_text, with_meaning
from pipeline.contracts.messages import Product, decode
from pipeline.kafka.consumed_record import ConsumedRecord
from pipeline.meaning.model import RememberedVectors
from pipeline.sink.operation import Operation, Refused

OperationsOf = Callable[[Sequence[ConsumedRecord]], tuple[Sequence[Operation], Sequence[Refused]]]

MakeDocument = Callable[[Product], Mapping[str, object]]


def operations(
    records: Sequence[ConsumedRecord], make: MakeDocument = document
) -> tuple[Sequence[Operation], Sequence[Refused]]:
    """The writes for these records, the last one of each key only, and the records that are beyond help."""
    latest: dict[bytes | None, ConsumedRecord] = {}
    refused = []
    for record in records:
        if record.key is None:
            refused.append(Refused(record, "no_key", "an offer's record must have its id as the key"))
        else:
            latest[record.key] = record
    wanted = []
    for record in latest.values():
        try:
            wanted.append(_operation(record, make))
        except UnprocessableMessage as error:
            refused.append(Refused(record, "invalid", str(error)))
        except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
            # A document that our own code cannot make must not stop those after it.
            refused.append(Refused(record, "no_document", f"{type(error).__name__}: {error}"))
    return wanted, refused


def operations_in(currency: str, meanings: RememberedVectors | None = None) -> OperationsOf:
    """`operations` with documents whose prices are in this currency, and with those vectors that are at hand."""
    return partial(operations, make=partial(_document, currency=currency, meanings=meanings))


def _document(product: Product, currency: str, meanings: RememberedVectors | None) -> Mapping[str, object]:
    body = document(product, currency)
    text = "" if meanings is None else meaning_text(product)
    vector = None if meanings is None else meanings.known((text,)).get(text)
    return body if vector is None else with_meaning(body, vector)


def _operation(record: ConsumedRecord, make: MakeDocument) -> Operation:
    key = _key(record)
    action = "delete" if record.value is None else "index"
    lines = orjson.dumps({action: {"_id": document_id(key), "version": record.offset, "version_type": "external"}})
    if record.value is None:
        return Operation(record, key, lines, is_delete=True)
    product = decode(Product, record.value)
    if product.offer_id != key:
        raise UnprocessableMessage(f"the key is {key} and the offer's id {product.offer_id}")
    body = orjson.dumps(make(product))
    return Operation(record, key, lines + b"\n" + body, is_delete=False)


def _key(record: ConsumedRecord) -> str:
    if not record.key:
        raise UnprocessableMessage("an empty key")
    try:
        return record.key.decode()
    except UnicodeDecodeError:
        raise UnprocessableMessage("the key is not UTF-8") from None
