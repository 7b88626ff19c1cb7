"""What is wrong with a row of a price list, in words for its shop: the field as shops call it, then the fault."""

from collections.abc import Callable

from bot.ui.locale import Texts
from bot.ui.text import clean, cut
from pipeline.contracts.feeds import FaultCode
from pipeline.contracts.messages import RowFault

VALUE_LIMIT = 40
FIELD_LIMIT = 40
# The columns of different formats that say how many there are.
COUNTS = ("stock", "count", "quantity", "stock_quantity", "outlet", "inventory", "sell_on_google_quantity",
          "quantity_to_sell_on_facebook")  # fmt: skip


def fault_words(fault: RowFault | None, texts: Texts) -> str:
    """«нет цены», «цена: не число – «дорого»»; of a fault that nobody knows, that the row could not be read."""
    if fault is None:
        return texts.plain("the row could not be read")
    if fault.code == FaultCode.MISSING:
        return _missing(fault.field, texts)
    sentence = _sentence(fault, texts)
    said = f"{_field(fault.field, texts)}: {sentence}" if fault.field else sentence
    value = cut(clean(fault.values.get("value", "")), VALUE_LIMIT)
    return texts.plain("{fault} – “{value}”", fault=said, value=value) if value and _shows_value(fault) else said


def _shows_value(fault: RowFault) -> bool:
    # The sentence itself names it, or what it can mean.
    return fault.code not in {FaultCode.UNKNOWN_ENTITY, FaultCode.TOO_LONG}


def _missing(field: str, texts: Texts) -> str:
    last = field.rpartition(".")[2]
    said = {
        "product_id": texts.plain("no product id"),
        "name": texts.plain("no product name"),
        "price": texts.plain("no price"),
        "amount": texts.plain("no price"),
        "currency": texts.plain("no currency"),
        "category": texts.plain("no category"),
        "store_id": texts.plain("no shop"),
    }.get(last)
    return said or texts.plain("“{field}” is empty", field=_field(field, texts))


def _field(field: str, texts: Texts) -> str:
    name, _, rest = field.partition(".")
    if name == "price" and rest == "currency":
        name = "currency"
    known: dict[str, str] = {
        "product_id": texts.plain("product id"),
        "name": texts.plain("name"),
        "price": texts.plain("price"),
        "old_price": texts.plain("old price"),
        "sale_price": texts.plain("sale price"),
        "sale_price_effective_date": texts.plain("sale dates"),
        "currency": texts.plain("currency"),
        "availability": texts.plain("availability"),
        "available": texts.plain("availability"),
        "category": texts.plain("section"),
        "brand": texts.plain("brand"),
        "description": texts.plain("description"),
        "images": texts.plain("picture"),
        "sku": texts.plain("article"),
        "tags": texts.plain("tags"),
        "specifications": texts.plain("specification"),
        "created_at": texts.plain("date"),
        "updated_at": texts.plain("date"),
        "date": texts.plain("date"),
        "group_id": texts.plain("group"),
        "store_id": texts.plain("shop"),
        **dict.fromkeys(COUNTS, texts.plain("quantity")),
    }
    return known.get(name) or cut(clean(field), FIELD_LIMIT)


def _sentence(fault: RowFault, texts: Texts) -> str:
    said = {**_of_values(fault.values, texts), **_of_fields(texts), **_of_rows(texts)}.get(fault.code)
    return said() if said is not None else texts.plain("the row could not be read")


def _of_values(values: dict[str, str], texts: Texts) -> dict[str, Callable[[], str]]:
    """Sentences that name more than the value; without it, when many rows have the fault."""
    shown = {name: cut(clean(value), VALUE_LIMIT) for name, value in values.items()}
    if not shown:
        return {
            FaultCode.TWO_READINGS: lambda: texts.plain("the number can be read in two ways; leave out the separators"),
            FaultCode.TWO_CURRENCIES: lambda: texts.plain("two different currencies"),
            FaultCode.CURRENCY_UNCLEAR: lambda: texts.plain("unclear currency; use its code, such as RUB"),
            FaultCode.CELLS: lambda: texts.plain("not as many cells as the first line has columns"),
            FaultCode.UNKNOWN_ENTITY: lambda: texts.plain("an unknown entity; write the character itself"),
            FaultCode.BAD_ENCODING: lambda: texts.plain("another encoding than the rest of the file"),
        }
    return {
        FaultCode.TWO_READINGS: lambda: texts.plain("{high} or {low}? Leave out the separators", **_only(
            shown, "high", "low")),
        FaultCode.TWO_CURRENCIES: lambda: texts.plain("two different currencies: {sign} and {given}", **_only(
            shown, "sign", "given")),
        FaultCode.CURRENCY_UNCLEAR: lambda: texts.plain("unclear currency ({codes}); use its code", **_only(
            shown, "codes")),
        FaultCode.CELLS: lambda: texts.plain("{n} cells, but the first line has {expected} columns", **_only(
            shown, "n", "expected")),
        FaultCode.UNKNOWN_ENTITY: lambda: texts.plain("unknown entity {value}; write the character itself", **_only(
            shown, "value")),
        FaultCode.BAD_ENCODING: lambda: texts.plain("not in the file's encoding, {encoding}", **_only(
            shown, "encoding")),
    }  # fmt: skip


def _only(shown: dict[str, str], *names: str) -> dict[str, str]:
    return {name: shown.get(name, "?") for name in names}


def _of_fields(texts: Texts) -> dict[str, Callable[[], str]]:
    return {
        FaultCode.NOT_A_NUMBER: lambda: texts.plain("not a number"),
        FaultCode.NOT_A_PRICE: lambda: texts.plain("not a valid price"),
        FaultCode.NOT_PIECES: lambda: texts.plain("not a quantity"),
        FaultCode.TOO_MANY_PIECES: lambda: texts.plain("too many pieces"),
        FaultCode.UNKNOWN_CURRENCY: lambda: texts.plain("no such currency"),
        FaultCode.NOT_A_DATE: lambda: texts.plain("not a date; write it like 24.11.2026"),
        FaultCode.NOT_A_PERIOD: lambda: texts.plain("two dates with / between them are needed"),
        FaultCode.NOT_YES_OR_NO: lambda: texts.plain("neither “true” nor “false”"),
        FaultCode.NOT_ALLOWED: lambda: texts.plain("this value is not allowed"),
        FaultCode.TOO_LONG: lambda: texts.plain("too long"),
        FaultCode.TWICE: lambda: texts.plain("given twice with different values"),
        FaultCode.OTHER_SHOP: lambda: texts.plain("the product is another shop's"),
        FaultCode.UNKNOWN_CATEGORY: lambda: texts.plain("not among the categories of the price list"),
    }


def _of_rows(texts: Texts) -> dict[str, Callable[[], str]]:
    return {
        FaultCode.NO_PRODUCT: lambda: texts.plain("not a product: no id, no name and no price"),
        FaultCode.NOT_AN_OBJECT: lambda: texts.plain("not a product"),
        FaultCode.TOO_LARGE: lambda: texts.plain("the row is too large"),
        FaultCode.NOT_CLOSED: lambda: texts.plain("the row does not end: a quote, a bracket or a tag is missing"),
        FaultCode.BAD_QUOTES: lambda: texts.plain("quotes are not closed, or stand inside a cell"),
        FaultCode.BAD_JSON: lambda: texts.plain("broken JSON"),
        FaultCode.BAD_XML: lambda: texts.plain("broken XML"),
        FaultCode.STRAY_AMPERSAND: lambda: texts.plain("write {sign} instead of &", sign="&amp;"),
        FaultCode.CUT_OFF: lambda: texts.plain("the file breaks off here"),
        FaultCode.TOO_SLOW: lambda: texts.plain("the row is too complicated"),
    }
