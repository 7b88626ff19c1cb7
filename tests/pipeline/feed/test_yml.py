"""YML as real shops send it, and as attackers would."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contracts.messages import Product
from pipeline.feed import yml_head, yml_rows
from pipeline.feed.markup import plain
from pipeline.feed.product_row import Defaults
from pipeline.feed.reader import Accepted, read
from pipeline.feed.rows import Refusal, Row, UnreadableFile
from tests.pipeline.feed.conftest import Write, window

CATEGORIES = """<categories>
<category id="1">Электроника</category>
<category id="12" parentId="1">Часы</category>
<category id="123" parentId="12">Умные часы</category>
</categories>"""

VENDOR_MODEL = """<offer id="a-1" type="vendor.model" available="true" group_id="77">
  <price>12990.50</price><oldprice>14990</oldprice><currencyId>RUR</currencyId><categoryId>123</categoryId>
  <picture>https://shop.example/1.jpg</picture><picture>https://shop.example/2.jpg</picture>
  <typePrefix>Умные часы</typePrefix><vendor>Полёт</vendor><vendorCode>P-100</vendorCode><model>Сириус 2</model>
  <description><![CDATA[<p>Экран 1,4&quot; & пульс.</p><ul><li>GPS</li></ul>
  <offer id="x">не товар</offer>]]></description>
  <param name="Диаметр" unit="мм">44</param><param name="Цвет">чёрный</param><param name="Цвет">синий</param>
  <count>7</count>
</offer>"""

SIMPLE = """<offer id="2" available="false"><name>Ремешок &amp; застёжка</name><price>499,90</price>
<currencyId>RUB</currencyId><categoryId>12</categoryId></offer>"""


def yml(*offers: str, head: str = CATEGORIES, tail: str = "", encoding: str = "windows-1251") -> bytes:
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<!DOCTYPE yml_catalog SYSTEM "shops.dtd">\n'
        f'<yml_catalog date="2026-11-20 12:30">\n<shop><name>Часовой двор</name>\n{head}\n<offers>\n'
        + "\n".join(offers)
        + f"\n</offers>\n{tail}</shop>\n</yml_catalog>\n"
    ).encode(encoding)


def outcomes(path: Path, store: str = "", id_prefix: str = "") -> list[Product | str]:
    found = read(path, Defaults(store, id_prefix))
    return [row.product if isinstance(row, Accepted) else f"{row.line}: {row.reason}" for row in found]


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-8", "koi8-r"])
@pytest.mark.parametrize("packed", [False, True])
def test_offers_of_both_kinds(write: Write, encoding: str, packed: bool) -> None:
    data = yml(VENDOR_MODEL, "<!-- <offer id='9'></offer> -->", SIMPLE, encoding=encoding)
    path = write("feed", gzip.compress(data, mtime=0) if packed else data)
    watch, strap = (product for product in outcomes(path) if isinstance(product, Product))
    assert (watch.product_id, watch.name, watch.brand, watch.sku) == (
        "a-1", "Умные часы Полёт Сириус 2", "Полёт", "P-100",
    )  # fmt: skip
    assert (watch.price.amount, watch.price.currency, watch.category) == (
        12990.5,
        "RUB",
        "Электроника / Часы / Умные часы",
    )
    assert (watch.store_id, watch.stock.available, strap.stock.available) == ("Часовой двор", 7, 0)
    assert watch.description == 'Экран 1,4" & пульс.\nGPS\nне товар'
    assert [image.url[-5:] for image in watch.images] == ["1.jpg", "2.jpg"]
    assert watch.specifications["Диаметр"] == "44 мм"
    assert watch.specifications["Цвет"] == "чёрный, синий"
    assert watch.old_price == 14990.0
    assert watch.group_id == "77"
    assert (strap.name, strap.price.amount, strap.category) == ("Ремешок & застёжка", 499.9, "Электроника / Часы")
    assert watch.updated_at is not None
    assert watch.updated_at.isoformat() == "2026-11-20T12:30:00+00:00"


def test_utf_16(write: Write) -> None:
    text = yml(SIMPLE, encoding="utf-8").decode().replace("utf-8", "utf-16")
    (strap,) = outcomes(write("feed.xml", text.encode("utf-16")))
    assert isinstance(strap, Product)
    assert strap.name == "Ремешок & застёжка"


def test_options_of_the_person_who_feeds(write: Write) -> None:
    (strap,) = outcomes(write("feed.xml", yml(SIMPLE)), store="dvor", id_prefix="dvor-")
    assert isinstance(strap, Product)
    assert (strap.product_id, strap.store_id) == ("dvor-2", "dvor")
    assert (strap.model_extra or {})["store_name"] == "Часовой двор"


def test_categories_after_the_offers(write: Write) -> None:
    (strap,) = outcomes(write("feed.xml", yml(SIMPLE, head="", tail=CATEGORIES)))
    assert isinstance(strap, Product)
    assert strap.category == "Электроника / Часы"


@pytest.mark.parametrize(
    ("offer", "reason"),
    [
        (SIMPLE.replace("499,90", "дорого"), "price: «дорого» is not a number"),
        (SIMPLE.replace("499,90", "-1"), "price: «-1» is not a price"),
        (SIMPLE.replace("<price>499,90</price>", ""), "price: must be a number"),
        (SIMPLE.replace("12<", "99<"), "categoryId: «99» is not among the categories of the file"),
        (SIMPLE.replace("<name>Ремешок &amp; застёжка</name>", ""), "name: the offer has neither <name> nor <model>"),
        (SIMPLE.replace("RUB", "рубли"), "price.currency: "),
        (SIMPLE.replace(' id="2"', ""), "product_id: "),
        (SIMPLE.replace("&amp;", "&"), "the offer is not well-formed: "),
        (SIMPLE.replace("&amp;", "&foo;"), "the offer is not well-formed: line 13: the entity «&foo;» is unknown"),
        (SIMPLE.replace("<categoryId>12</categoryId>", ""), "categoryId: the offer has no category"),
        (SIMPLE.replace("</name>", ""), "the offer is not well-formed: line 14: Opening and ending tag mismatch"),
        (SIMPLE.replace("</offer>", ""), "the offer is not closed"),
        (
            SIMPLE.replace("</offer>", "<count>много</count></offer>").replace("false", "true"),
            "count: «много» is not a number of pieces",
        ),
        (SIMPLE.replace('"false"', '"maybe"'), "available: «maybe» is neither true nor false"),
    ],
)
def test_a_broken_offer_costs_itself(write: Write, offer: str, reason: str) -> None:
    first, refusal, last = outcomes(write("feed.xml", yml(SIMPLE, offer, VENDOR_MODEL)))
    assert isinstance(first, Product)
    assert isinstance(last, Product)
    assert isinstance(refusal, str)
    assert refusal.startswith(f"13: {reason}")


def test_a_file_that_is_cut_off(write: Write) -> None:
    data = yml(SIMPLE, VENDOR_MODEL.replace('<offer id="x">', ""))
    first, broken, end = outcomes(write("feed.xml", data[: data.index(b"<param")]))
    assert isinstance(first, Product)
    assert broken == "13: the offer is not closed"
    assert str(end).endswith("</yml_catalog> is missing: the file is cut off")


@pytest.mark.parametrize("opening", ["<!-- ", "<![CDATA[ ", "<? "])
def test_what_never_ends_between_offers_is_told(write: Write, opening: str) -> None:
    first, end = read(write("feed.xml", yml(SIMPLE, opening, SIMPLE)))
    assert isinstance(first, Accepted)
    assert isinstance(end, Refusal)
    assert end.cut_off
    assert end.reason.endswith("is not closed: nothing after it can be read")
    assert end.line == 13


def test_an_offer_with_a_comment_that_is_not_closed_costs_itself(write: Write) -> None:
    broken = SIMPLE.replace("<price>", "<!-- <price>")
    first, refusal, last = outcomes(write("feed.xml", yml(SIMPLE, broken, VENDOR_MODEL)))
    assert isinstance(first, Product)
    assert str(refusal).startswith("13: the offer is not well-formed: line 14: Comment not terminated")
    assert isinstance(last, Product)


def test_a_packed_file_that_is_cut_off(write: Write) -> None:
    packed = gzip.compress(yml(*[SIMPLE] * 3000), mtime=0)
    *_, end = outcomes(write("feed.xml.gz", packed[: len(packed) - 60]))
    assert "the packed file is cut off" in str(end)


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE yml_catalog [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><yml_catalog><shop><name>&c;</name><offers/></shop></yml_catalog>'
)
SPY = (
    '<?xml version="1.0"?><!DOCTYPE yml_catalog [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<yml_catalog><shop><name>&x;</name><offers></offers></shop></yml_catalog>"
)


@pytest.mark.parametrize("text", [LAUGHS, SPY])
def test_entities_are_refused(write: Write, text: str) -> None:
    with pytest.raises(UnreadableFile, match="declares entities"):
        outcomes(write("feed.xml", text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<html><body>404</body></html>", "begins with <html> instead of <yml_catalog>"),
        ("<", "no element instead"),
        ('<?xml version="1.0" encoding="klingon"?><yml_catalog/>', "the encoding klingon is unknown"),
        ("", "it is empty"),
        ("id;name\n1;часы\n", "neither JSON nor YML"),
    ],
)
def test_what_is_no_feed(write: Write, text: str, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        outcomes(write("feed.xml", text))


def test_a_huge_offer_is_refused_alone(write: Write) -> None:
    huge = SIMPLE.replace("Ремешок", "Р" * 40_000)
    found = list(read(write("feed.xml", yml(huge, SIMPLE)), limit=10_000))
    assert [isinstance(row, Accepted) for row in found] == [False, True]
    assert isinstance(found[0], Refusal)
    assert found[0].reason == "the offer is longer than 10000 bytes"


def test_a_circle_of_categories() -> None:
    text = b'<yml_catalog><shop><categories><category id="1" parentId="2">A</category>'
    text += b'<category id="2" parentId="1">B</category></categories><offers>'
    assert yml_head.head(window(text), "utf-8").categories == {"1": "B / A", "2": "A / B"}


@given(
    st.integers(1, 60),
    st.lists(st.sampled_from([SIMPLE, VENDOR_MODEL, "<offer id='3'/>", "<!-- <offer -->"]), max_size=4),
)
def test_offers_are_found_however_the_file_is_cut_into_blocks(chunk: int, offers: list[str]) -> None:
    view = window(yml(*offers), chunk)
    yml_head.head(view, "windows-1251")
    found = list(yml_rows.offers(view))
    assert all(isinstance(row, Row) for row in found)
    assert [row.raw.decode("windows-1251") for row in found] == [offer for offer in offers if offer[1] != "!"]


@given(st.text(alphabet="<>/!-[]?&offer CDAT=\"'x", max_size=300), st.integers(1, 50))
def test_no_text_at_all_stops_the_reader(text: str, chunk: int) -> None:
    for row in yml_rows.offers(window(text.encode(), chunk), 50):
        assert isinstance(row, Row | Refusal)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("просто текст", "просто текст"),
        ("<b>Часы</b><br/>водонепроницаемые", "Часы\nводонепроницаемые"),
        ("5 < 6 &lt; 7", "5 < 6 < 7"),
        ("<p>а</p>\n\n<p>б</p>", "а\nб"),
        ("Звук &amp; свет&nbsp;&mdash; всё", "Звук & свет — всё"),
    ],
)
def test_plain_text_of_a_description(markup: str, text: str) -> None:
    assert plain(markup) == text
