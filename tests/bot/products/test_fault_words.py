"""What is wrong with rows of price lists, as their shops read it in both languages."""

import re
from pathlib import Path

import pytest

from bot.products.fault_words import fault_words
from bot.ui.locale import LANGUAGES, texts
from pipeline.contracts.feeds import FaultCode
from pipeline.contracts.messages import RowFault
from pipeline.feed.product_row import Defaults
from pipeline.feed.reader import read
from pipeline.feed.rows import Refusal
from pipeline.feed.slices import packed, unpacked

CYRILLIC, LATIN = re.compile("[А-Яа-яЁё]"), re.compile("[A-Za-z]{2,}")
GOOD = '"product_id": "1", "name": "Tea", "price": {"amount": 5, "currency": "RUB"}'
ROWS = [
    ('{"product_id": "1", "name": "Tea"}', "нет цены", "no price"),
    ('{"name": "Tea", "price": {"amount": 5, "currency": "RUB"}}', "нет номера товара", "no product id"),
    ('{"product_id": "1", "price": {"amount": 5, "currency": "RUB"}}', "нет названия", "no product name"),
    ('{"product_id": "1", "name": "Tea", "price": {"amount": 5}}', "не указана валюта", "no currency"),
    ('{"product_id": "1", "name": "Tea", "price": "5"}', "не указана валюта", "no currency"),
    ('{"product_id": "1", "name": " ", "price": "5 руб"}', "нет названия", "no product name"),
    ('{"product_id": "1", "name": "Tea", "price": "?"}', "цена: не число – «?»", "price: not a number – “?”"),
    ('{"product_id": "1", "name": "Tea", "price": "-5 руб"}', "цена: такой цены не бывает – «-5 руб»",
     "price: not a valid price – “-5 руб”"),
    ('{"product_id": "1", "name": "Tea", "price": "1,299 руб"}',
     "цена: 1299 или 1.299? Уберите разделители – «1,299 руб»",
     "price: 1299 or 1.299? Leave out the separators – “1,299 руб”"),
    ('{"product_id": "1", "name": "Tea", "price": {"amount": 5, "currency": "rubles"}}',
     "валюта: такой валюты нет – «RUBLES»", "currency: no such currency – “RUBLES”"),
    ('{"product_id": "1", "name": "Tea", "price": {"amount": "5 $", "currency": "RUB"}}',
     "цена: указаны две разные валюты: $ и RUB", "price: two different currencies: $ and RUB"),
    (f'{{{GOOD}, "stock": "ten"}}', "количество: не похоже на количество – «ten»",
     "quantity: not a quantity – “ten”"),
    (f'{{{GOOD}, "created_at": "yesterday"}}', "дата: не похоже на дату, нужно как 24.11.2026 – «yesterday»",
     "date: not a date; write it like 24.11.2026 – “yesterday”"),
    (f'{{{GOOD}, "store_id": "yug"}}', "магазин: товар другого магазина – «yug»",
     "shop: the product is another shop's – “yug”"),
    (f'{{{GOOD}, "productId": "2"}}', "номер товара: указано дважды и по-разному",
     "product id: given twice with different values"),
    ('{"a": 1}', "это не товар: нет ни номера, ни названия, ни цены", "not a product: no id, no name and no price"),
    ("[1]", "это не товар", "not a product"),
    ("{]", "ошибка в JSON", "broken JSON"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "russian", "english"), ROWS)
def test_a_refused_row_is_told_by_its_field_in_the_persons_language(
    tmp_path: Path, row: str, russian: str, english: str
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"{{{GOOD}}}\n{row}\n")
    refused = [each for each in read(path, Defaults(store="s", owned=True)) if isinstance(each, Refusal)]
    # As the process that parses hands it over.
    (one,) = unpacked(packed(refused)).rows
    assert isinstance(one, Refusal)
    told = [fault_words(one.fault, texts(language)) for language in LANGUAGES]
    assert sorted(told) == sorted([russian, english])


@pytest.mark.parametrize("code", FaultCode)
@pytest.mark.parametrize("values", [{}, {"value": "7", "n": "1", "expected": "2", "high": "3", "low": "4"}])
def test_every_fault_has_words_in_both_languages(code: FaultCode, values: dict[str, str]) -> None:
    fault = RowFault(code=code, field="price", values=values)
    russian, english = fault_words(fault, texts("ru")), fault_words(fault, texts("en"))
    assert code == FaultCode.UNREADABLE or "не удалось прочитать" not in russian
    assert not CYRILLIC.search(english)
    assert [word for word in LATIN.findall(russian) if word not in {"JSON", "XML", "RUB", "true", "false", "amp"}] == []


def test_a_fault_that_is_not_known_or_not_told_is_no_riddle() -> None:
    for fault in (None, RowFault(code="of a later release", field="price")):
        assert "could not be read" in fault_words(fault, texts("en"))
    assert fault_words(RowFault(code=FaultCode.MISSING, field="x" * 300), texts("en")).count("x") < 50
