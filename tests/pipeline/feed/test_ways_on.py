"""The ways from an offer to its shop: what feeds write of pages, contacts and delivery, and what is kept of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.bans.rules import searched_texts
from pipeline.contracts.messages import Product, decode, encode
from pipeline.contracts.ways_on import DeliveryTerms, contact_of, is_address
from pipeline.feed.product_row import Defaults, product
from pipeline.feed.reader import Accepted, read
from tests.pipeline.feed.conftest import Write
from tests.pipeline.feed.test_yml import CATEGORIES, SIMPLE, yml

ROW: dict[str, object] = {"product_id": 1, "name": "Самовар", "price": {"amount": 1000, "currency": "RUB"},
                          "store_id": "s"}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
WAYS = ("url", "link", "old_price", "delivery", "pickup", "sales_notes", "contact")


def made(fields: dict[str, object], told: list[str] | None = None, site: str = "") -> Product:
    return product({**ROW, **fields}, Defaults(site=site), ([] if told is None else told).append)


@pytest.mark.parametrize(
    ("written", "site", "address"),
    [
        ("https://shop.example/p/1?a=1&b=2#spec", "", "https://shop.example/p/1?a=1&b=2#spec"),
        (" HTTP://Shop.example/P ", "", "http://Shop.example/P"),
        ("/p/1", "shop.example", "https://shop.example/p/1"),
        ("p/1.html", "https://shop.example/", "https://shop.example/p/1.html"),
        ("//shop.example/p", "", "https://shop.example/p"),
        ("https://shop.example/часы?a=&amp;b", "", "https://shop.example/%D1%87%D0%B0%D1%81%D1%8B?a=&b"),
        ("https://магазин.рф/1", "", "https://xn--80aaglc1cm.xn--p1ai/1"),
        ("/p/1", "", None),
        ("javascript:alert(1)", "", None),
        ("tg://resolve?domain=x", "", None),
        ("ftp://shop.example/1", "", None),
        ("demo:watch-black", "", None),
        ("http://127.0.0.1/1", "", None),
        ("http://shop.local/1", "", None),
        ("https://bank.example@evil.example/", "", None),
        ("https://shop.example:99999/", "", None),
        ("https://shop", "", None),
        (f"https://shop.example/{'x' * 2_048}", "", None),
        (["https://shop.example/"], "", None),
    ],
)
def test_the_address_of_an_offers_page(written: object, site: str, address: str | None) -> None:
    told: list[str] = []
    if address == "https://xn--80aaglc1cm.xn--p1ai/1":
        address = f"https://{'магазин.рф'.encode('idna').decode()}/1"
    assert made({"url": written}, told, site).url == address
    assert bool(told) is (address is None), told


@pytest.mark.parametrize("name", ["url", "link", "URL", "Link", "productUrl", "product_url"])
def test_names_of_the_page(name: str) -> None:
    assert made({name: "https://shop.example/1"}).url == "https://shop.example/1"


def test_of_two_names_the_contracts_counts_and_the_other_travels_along() -> None:
    both = made({"url": "https://shop.example/1", "link": "https://shop.example/2"})
    assert (both.url, both.model_extra) == ("https://shop.example/1", {"link": "https://shop.example/2"})


@pytest.mark.parametrize("name", ["old_price", "oldPrice", "oldprice", "OldPrice"])
def test_names_of_the_old_price(name: str) -> None:
    assert made({name: "1 500"}).before == 1500


@pytest.mark.parametrize(
    ("delivery", "meant"),
    [
        (True, {"courier": True}),
        ("нет", {"courier": False}),
        (300, {"courier": True, "cost": 300.0}),
        ("300 руб.", {"courier": True, "cost": 300.0}),
        ("Бесплатно", {"courier": True, "cost": 0.0}),
        ({"available": "true", "price": {"amount": 300, "currency": "RUB"}, "days": "1 – 3 дня"},
         {"courier": True, "cost": 300.0, "days": "1-3"}),
        ({"cost": 0, "days": 2, "pickup": True}, {"cost": 0.0, "days": "2", "pickup": True}),
        ({"courier": False, "cost": 300, "days": "1"}, {"courier": False}),
        ({"days": "32"}, None),
        ({}, None),
        ("", None),
    ],
)  # fmt: skip
def test_delivery_as_it_is_written(delivery: object, meant: dict[str, object] | None) -> None:
    told: list[str] = []
    found = made({"delivery": delivery}, told).delivery
    assert (found and found.model_dump(exclude_none=True), told) == (meant, [])


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        ({"delivery": "до двери от 3 000 ₽"}, "Доставка", "до двери от 3 000 ₽"),
        ({"delivery": {"cost": 0, "note": "я" * 200}}, "Доставка", f"{'я' * 99}…"),
        ({"sales_notes": "Предоплата  10 %"}, "Условия продажи", "Предоплата 10 %"),
        ({"salesNotes": "Предоплата"}, "Условия продажи", "Предоплата"),
    ],
)
def test_the_shops_words_are_where_bans_look_for_them(fields: dict[str, object], name: str, words: str) -> None:
    offer = made(fields)
    assert offer.specifications[name] == words
    assert words in searched_texts(offer)


@pytest.mark.parametrize(
    ("fields", "remark"),
    [
        ({"delivery": {"courier": "maybe"}}, "delivery: «maybe» is neither yes nor no, and is left out"),
        ({"delivery": {"cost": "дорого"}}, "delivery cost: «дорого» is not a number, and is left out"),
        ({"delivery": {"days": "скоро"}}, "delivery days: «скоро» are no days, and are left out"),
        ({"delivery": [1]}, "delivery: it is neither yes, no, a cost nor an object, and is left out"),
        ({"pickup": "иногда"}, "pickup: «иногда» is neither yes nor no, and is left out"),
        ({"contact": "звоните"}, "contact: «звоните» is no @name, mail address, phone number or link, and is left out"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_told(fields: dict[str, object], remark: str) -> None:
    told: list[str] = []
    offer = made(fields, told)
    assert (offer.delivery, offer.contact, told) == (None, None, [remark])


@given(st.dictionaries(st.sampled_from(WAYS), JSON))
def test_nothing_of_it_refuses_a_row(fields: dict[str, object]) -> None:
    offer = made(fields)
    assert encode(decode(Product, encode(offer))) == encode(offer)


@given(st.dictionaries(st.sampled_from(WAYS), JSON))
def test_what_others_have_written_into_the_topic_stays_valid(fields: dict[str, object]) -> None:
    offer = Product.model_validate({**ROW, **fields})
    assert offer.url is None or is_address(offer.url)
    assert offer.contact is None or contact_of(offer.contact) is not None
    assert offer.delivery != DeliveryTerms()


@pytest.mark.parametrize(
    ("written", "text", "link"),
    [
        ("@sever_help", "@sever_help", "https://t.me/sever_help"),
        ("t.me/sever_help", "@sever_help", "https://t.me/sever_help"),
        ("https://t.me/sever_help/", "@sever_help", "https://t.me/sever_help"),
        ("https://sever.example/help", "https://sever.example/help", "https://sever.example/help"),
        (" info@sever.example ", "info@sever.example", None),
        ("+7 (495) 123-45-67", "+7 (495) 123-45-67", None),
    ],
)
def test_contacts(written: str, text: str, link: str | None) -> None:
    found = contact_of(written)
    assert found is not None
    assert (found.text, found.link) == (text, link)


@pytest.mark.parametrize("written", ["", "@no", "звоните", "12345", "javascript:x", "a@b", "1" * 30, "<b>@name</b>"])
def test_what_is_no_contact(written: str) -> None:
    assert contact_of(written) is None


HEAD = f"""<url>https://dvor.example</url><phone>+7 495 123-45-67</phone><email>cms@agency.example</email>
{CATEGORIES}<delivery-options><option cost="300" days="1-3" order-before="18"/></delivery-options>"""


@pytest.mark.parametrize(
    ("more", "meant"),
    [
        ("", {"cost": 300.0, "days": "1-3"}),
        ("<delivery>true</delivery><pickup>true</pickup><store>false</store>",
         {"courier": True, "cost": 300.0, "days": "1-3", "pickup": True, "in_store": False}),
        ('<delivery>true</delivery><delivery-options><option cost="0" days="1"/><option cost="500" days="0"/>'
         "</delivery-options>", {"courier": True, "cost": 0.0, "days": "1"}),
        ("<delivery>false</delivery>", {"courier": False}),
        ("<local_delivery_cost>150</local_delivery_cost>", {"cost": 150.0, "days": "1-3"}),
    ],
)  # fmt: skip
def test_ways_on_in_yml(write: Write, more: str, meant: dict[str, object]) -> None:
    ways = f"<url>/p/2</url><sales_notes>Предоплата 10 %</sales_notes>{more}</offer>"
    data = yml(SIMPLE.replace("</offer>", ways), head=HEAD)
    (row,) = read(write("feed.xml", data))
    assert isinstance(row, Accepted)
    strap = row.product
    assert (strap.url, strap.specifications["Условия продажи"], strap.contact) == (
        "https://dvor.example/p/2", "Предоплата 10 %", "+7 495 123-45-67",
    )  # fmt: skip
    assert strap.delivery is not None
    assert strap.delivery.model_dump(exclude_none=True) == meant


def test_a_google_table_writes_the_country_before_the_cost(write: Write) -> None:
    table = b"id\ttitle\tprice\tshipping\tlink\tstore id\n1\tLamp\t10 USD\tRU:::300 RUB\thttps://a.example/1\ts\n"
    (row,) = read(write("feed.tsv", table))
    assert isinstance(row, Accepted)
    assert row.product.url == "https://a.example/1"
    assert row.product.delivery is not None
    assert row.product.delivery.cost == 300
