"""In what a feed is written is told by its bytes."""

import codecs
import json
from pathlib import Path

import pytest

from pipeline.contracts.messages import Product
from pipeline.feed.reader import Accepted, read
from pipeline.feed.rows import Refusal, UnreadableFile
from pipeline.feed.text_encoding import by_bytes
from tests.pipeline.feed.conftest import Write

NAME = "Самовар дорожный «Путник», медный № 5"


def yml(name: str = NAME, declared: str = "utf-8", offers: int = 3) -> str:
    one = '<offer id="{n}"><name>{name}</name><price>1</price><currencyId>RUB</currencyId>'
    one += "<categoryId>1</categoryId></offer>"
    return (
        f'<?xml version="1.0" encoding="{declared}"?>\n<yml_catalog><shop><name>Лавка</name><categories>'
        '<category id="1">Дом</category></categories><offers>\n'
        + "\n".join(one.format(n=n, name=name) for n in range(offers))
        + "\n</offers></shop></yml_catalog>"
    )


def lines(name: str = NAME, rows: int = 3) -> str:
    row = {"name": name, "price": {"amount": 1, "currency": "RUB"}, "store_id": "s"}
    return "\n".join(json.dumps({"product_id": str(n), **row}, ensure_ascii=False) for n in range(rows))


def names(path: Path) -> tuple[list[str], list[str]]:
    """Names of products and refusals, and what was said of the file."""
    remarks: list[str] = []
    found = list(read(path, remark=lambda line, text: remarks.append(text)))
    return [row.product.name if isinstance(row, Accepted) else row.reason for row in found], remarks


@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", "koi8-r", "iso-8859-1", "utf-16", "klingon", "ascii"])
@pytest.mark.parametrize("real", ["utf-8", "windows-1251"])
def test_the_bytes_decide_whatever_a_catalogue_says(write: Write, declared: str, real: str) -> None:
    path = write("feed.xml", yml(declared=declared).encode(real))
    if real == "windows-1251" and declared in {"utf-16", "klingon"}:
        with pytest.raises(UnreadableFile, match="--encoding"):
            names(path)
        return
    found, remarks = names(path)
    if (declared, real) == ("koi8-r", "windows-1251"):
        # One alphabet of eight bits against another: what the file says counts.
        return
    assert found == [NAME] * 3
    assert bool(remarks) is (declared != real)


@pytest.mark.parametrize("real", ["utf-8", "windows-1251", "koi8-r", "cp866"])
def test_json_says_nothing_of_itself(write: Write, real: str) -> None:
    found, remarks = names(
        write("feed.jsonl", lines(NAME.replace("«", "").replace("»", "").replace("№", "")).encode(real))
    )
    assert [name.split()[0] for name in found] == ["Самовар"] * 3
    assert bool(remarks) is (real != "utf-8")


def test_what_is_far_into_the_file_decides_too(write: Write) -> None:
    ascii_first = "\n".join(json.dumps({"product_id": f"a{n}", "name": "Kettle", "price": "1 RUB", "store_id": "s"})
                            for n in range(2_000))  # fmt: skip
    found, remarks = names(write("feed.jsonl", f"{ascii_first}\n{lines()}".encode("cp1251")))
    assert found[-3:] == [NAME] * 3
    assert len(found) == 2_003
    assert len(remarks) == 1


def test_a_row_in_another_encoding_costs_itself(write: Write) -> None:
    data = lines().encode() + b"\n" + lines(rows=1).encode("cp1251") + b"\n" + lines(rows=1).encode()
    found, remarks = names(write("feed.jsonl", data))
    assert [name == NAME for name in found] == [True, True, True, False, True]
    assert found[3].startswith("the text is not UTF-8 at byte ")
    assert not remarks


@pytest.mark.parametrize("declared", ["utf-8", "windows-1251"])
def test_a_broken_byte_makes_no_other_encoding(write: Write, declared: str) -> None:
    data = yml(declared=declared).encode().replace("дорожный".encode(), "дорожн".encode() + b"\xd1", 1)
    found, _ = names(write("feed.xml", data))
    assert found[0].startswith("the text is not UTF-8 at byte ")
    assert found[1:] == [NAME] * 2


@pytest.mark.parametrize("marks", [1, 2, 5])
@pytest.mark.parametrize("kind", ["xml", "jsonl", "utf-16", "utf-8 before utf-16"])
def test_marks_of_byte_order_however_many(write: Write, marks: int, kind: str) -> None:
    if kind == "xml":
        data = codecs.BOM_UTF8 * marks + yml().encode()
    elif kind == "jsonl":
        data = (codecs.BOM_UTF8 * marks + lines().encode() + b"\n") * 2
    elif kind == "utf-16":
        data = codecs.BOM_UTF16_LE * marks + yml().encode("utf-16-le")
    else:
        data = codecs.BOM_UTF8 + codecs.BOM_UTF16_BE * marks + yml().encode("utf-16-be")
    found, _ = names(write(f"feed.{kind[-5:]}", data))
    assert set(found) == {NAME}


def test_a_person_who_says_the_encoding_is_believed(write: Write) -> None:
    (row,) = read(write("feed.jsonl", lines(rows=1).encode("cp1251")), encoding="utf-8")
    assert isinstance(row, Refusal)


@pytest.mark.parametrize(
    "name",
    ["Чайник\x01 «Проба»", "Чайник\x0b «Проба»", "Чай\u200bник «Проба»", "Чайник \x85«Проба»", "Чай\u00adник «Проба»",
     "\ufeffЧайник «Проба»", "Чайник\u202e «Проба»"],
)  # fmt: skip
def test_control_characters_are_no_text(write: Write, name: str) -> None:
    assert set(names(write("feed.xml", yml(name).encode()))[0]) == {"Чайник «Проба»"}
    assert set(names(write("feed.jsonl", lines(name).encode()))[0]) == {"Чайник «Проба»"}


@pytest.mark.parametrize("reference", ["&#0;", "&#1;", "&#x1F;", "&#xFFFF;", "&#xD800;", "&#11;"])
def test_a_reference_to_what_is_no_character_is_nothing(write: Write, reference: str) -> None:
    assert set(names(write("feed.xml", yml(f"Чайник{reference}").encode()))[0]) == {"Чайник"}


def test_a_tab_in_a_string_of_json(write: Write) -> None:
    raw = lines("Чайник ТУТ медный").replace("ТУТ", "\t").encode()
    assert names(write("feed.jsonl", raw))[0] == ["Чайник медный"] * 3


def test_an_accent_does_not_make_latin_cyrillic() -> None:
    assert by_bytes("Café crème, Zürich, naïve".encode("cp1252"), "cp1252") == "cp1252"
    assert by_bytes("Café crème".encode(), "cp1252") == "cp1252"  # Two characters could be either.
    assert by_bytes("Café crème, Zürich".encode(), "cp1252") == "utf-8"


def test_products_of_one_text_are_equal_in_every_encoding(write: Write) -> None:
    def product(data: bytes, name: str) -> Product:
        (row,) = read(write(name, data))
        assert isinstance(row, Accepted)
        return row.product

    text = yml(offers=1)
    utf_16 = text.replace("utf-8", "utf-16")
    assert (
        product(text.encode(), "a.xml")
        == product(text.encode("cp1251"), "b.xml")
        == product(utf_16.encode("utf-16"), "c.xml")
        == product(utf_16.encode("utf-16-be"), "d.xml")
    )
