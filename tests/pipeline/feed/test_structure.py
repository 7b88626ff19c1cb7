"""What stands around rows, and how their fields and pictures are spelt."""

import json

import pytest

from pipeline.feed import yml_head
from pipeline.feed.json_wrapper import rows_at
from pipeline.feed.key_names import renamed
from pipeline.feed.pictures import completed, site
from pipeline.feed.product_row import Defaults, product
from pipeline.feed.reader import Accepted, read
from pipeline.feed.rows import Refusal, RowRefused
from tests.pipeline.feed.conftest import Write, window

ROW = {"product_id": "1", "name": "Чайник", "price": {"amount": 1, "currency": "RUB"}, "store_id": "s"}
OTHER = {**ROW, "product_id": "2", "images": [{"url": "https://s.example/1.jpg"}]}


@pytest.mark.parametrize("key", ["products", "items", "data", "offers", "goods", "Products", "rows", "результат"])
@pytest.mark.parametrize("indent", [None, 2])
def test_rows_under_a_key(write: Write, key: str, indent: int | None) -> None:
    for name in ("feed.json", "feed.jsonl"):
        wrapped = {
            "date": "2026-11-20",
            "count": 2,
            "shop": {"name": "Лавка", "tags": [1, [2]]},
            key: [ROW, OTHER],
            "next": None,
        }
        outcomes = list(read(write(name, json.dumps(wrapped, ensure_ascii=False, indent=indent))))
        if key == "результат":
            refused = [row for row in outcomes if isinstance(row, Refusal)]
            assert refused
        else:
            assert [row.product.product_id for row in outcomes if isinstance(row, Accepted)] == ["1", "2"]
            assert len(outcomes) == 2


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"data": {"products": [{"a": 1}]}}', "products"),
        ('{"response": {"status": "ok", "data": {"items": [{"a": 1}]}}}', "items"),
        ('{"name": "Лавка", "products": [{"a": 1}]}', "products"),
        ('{"shop": {"name": "Лавка", "offers": {"offer": [{"a": 1}]}}}', "offer"),
        ('{"meta": {"pages": [1, 2]}, "offers": [{"a": 1}]}', "offers"),
        ('{"products": [], "offers": [{"a": 1}]}', "offers"),
        # A product has lists too.
        ('{"product_id": 1, "items": [{"a": 1}]}', None),
        ('{"productId": 1, "goods": [{"a": 1}]}', None),
        ('{"name": "Набор", "items": [{"a": 1}], "product_id": 1}', None),
        ('{"images": [{"url": "x"}], "product_id": 1}', None),
        ("[{}]", None),
        ('{"products": "none"}', None),
        ('{"products": [1, 2]}', None),
    ],
)
def test_where_rows_begin(text: str, key: str | None) -> None:
    found = rows_at(text.encode())
    assert (None if found is None else text.encode()[:found].decode().rsplit('"', 2)[-2]) == key


def test_a_wrapped_list_that_is_cut_off_is_told(write: Write) -> None:
    whole = json.dumps({"products": [ROW, OTHER, ROW]}, ensure_ascii=False)
    *_, end = read(write("feed.json", whole[: whole.rindex(",")]))
    assert isinstance(end, Refusal)
    assert end.cut_off


def test_a_broken_row_of_a_wrapped_list_costs_itself(write: Write) -> None:
    text = json.dumps({"products": [ROW, OTHER], "total": 2}, ensure_ascii=False)
    outcomes = list(read(write("feed.json", text.replace('"1", "name"', '"1" "name"', 1))))
    assert [isinstance(row, Accepted) for row in outcomes] == [False, True]


@pytest.mark.parametrize(
    ("spelling", "name"),
    [("productId", "product_id"), ("ProductID", "product_id"), ("product-id", "product_id"), ("PRODUCT_ID",
    "product_id"),
     ("Product Id", "product_id"), ("createdAt", "created_at"), ("storeId", "store_id"), ("groupId", "group_id"),
     ("Name", "name"), ("ratingCount", "ratingCount"), ("rating", "rating")],
)  # fmt: skip
def test_spellings_of_names(spelling: str, name: str) -> None:
    assert renamed({spelling: 1}) == {name: 1}


def test_camel_case_is_read_at_every_depth() -> None:
    row: dict[str, object] = {
        "productId": 7, "Name": "Чайник", "Price": {"Amount": 5, "Currency": "RUB"},
        "Stock": {"Available": 3, "Reserved": 1},
        "Images": [{"Url": "https://s.example/1.jpg", "Alt": "вид"}], "createdAt": "2026-11-20", "storeId": "s",
        "storeName": "Лавка", "ratingCount": 5,
    }  # fmt: skip
    made = product(row, Defaults())
    assert (made.product_id, made.price.amount, made.stock.for_sale, made.images[0].alt) == ("7", 5, 2, "вид")
    assert made.created_at is not None
    assert made.model_extra == {"store_name": "Лавка", "ratingCount": 5}


def test_two_spellings_with_two_values_are_refused() -> None:
    with pytest.raises(RowRefused, match="product_id: it comes twice, as product_id and as productId"):
        product({**ROW, "productId": "2"}, Defaults())
    assert product({**ROW, "productId": "1"}, Defaults()).product_id == "1"
    assert product({**ROW, "productId": None}, Defaults()).product_id == "1"


@pytest.mark.parametrize("identifier", [None, "", "  ", "\u200b", True, 1.5, ["1"], {}])
@pytest.mark.parametrize("prefix", ["", "p-"])
def test_a_row_without_an_id_is_refused(identifier: object, prefix: str) -> None:
    with pytest.raises(RowRefused, match=r"^product_id: "):
        product({**ROW, "product_id": identifier}, Defaults(id_prefix=prefix))


@pytest.mark.parametrize(
    ("written", "base", "url"),
    [
        ("/upload/1.jpg", "https://shop.example", "https://shop.example/upload/1.jpg"),
        ("upload/1.jpg", "https://shop.example", "https://shop.example/upload/1.jpg"),
        ("../1.jpg", "https://shop.example/a/b/", "https://shop.example/a/1.jpg"),
        ("1.jpg", "https://shop.example", "https://shop.example/1.jpg"),
        ("//cdn.shop.example/1.jpg", "", "https://cdn.shop.example/1.jpg"),
        ("\\upload\\1.jpg", "https://shop.example", "https://shop.example/upload/1.jpg"),
        ("cdn.shop.example/1.jpg", "", "https://cdn.shop.example/1.jpg"),
        ("HTTPS://shop.example/1.jpg", "", "https://shop.example/1.jpg"),
        ("https://shop.example/a b.jpg", "", "https://shop.example/a%20b.jpg"),
        ("https://shop.example/a%20b.jpg?x=1&amp;y=2", "", "https://shop.example/a%20b.jpg?x=1&y=2"),
        ("https://shop.example/фото.jpg", "", "https://shop.example/%D1%84%D0%BE%D1%82%D0%BE.jpg"),
        ("https://магазин.рф/1.jpg", "", "https://xn--80aairftm.xn--p1ai/1.jpg"),
        ("demo:kettle-plain", "", "demo:kettle-plain"),
        ("/upload/1.jpg", "", None),
        ("1.jpg", "", None),
        ("http://127.0.0.1/1.jpg", "https://shop.example", None),
        ("http://localhost/1.jpg", "", None),
        ("http://10.0.0.5/1.jpg", "", None),
        ("http://nas.local/1.jpg", "", None),
        ("data:image/png;base64,AAAA", "", None),
        ("ftp://shop.example/1.jpg", "", None),
        ("javascript:alert(1)", "", None),
        ("https://", "", None),
        ("https://[::1", "", None),
        ("нет", "", None),
    ],
)
def test_addresses_of_pictures(written: str, base: str, url: str | None) -> None:
    assert completed(written, base) == url


@pytest.mark.parametrize(
    ("address", "whole"),
    [("https://shop.example", "https://shop.example"), ("shop.example", "https://shop.example"), ("", ""), ("нет", ""),
     ("//shop.example", "https://shop.example"), ("ftp://shop.example", ""), ("http://[", "")],
)  # fmt: skip
def test_addresses_of_shops(address: str, whole: str) -> None:
    assert site(address) == whole


def test_pictures_that_cannot_be_completed_are_told() -> None:
    told: list[str] = []
    made = product({**ROW, "images": ["/1.jpg", "https://s.example/2.jpg", "", None]}, Defaults(), told.append)
    assert [image.url for image in made.images] == ["https://s.example/2.jpg"]
    assert told == [
        "images: «/1.jpg» is no address that can be opened, and is left out; give the shop's address with --site"
    ]
    made = product({**ROW, "images": "/1.jpg"}, Defaults(site="shop.example"))
    assert [image.url for image in made.images] == ["https://shop.example/1.jpg"]
    made = product({**ROW, "images": ["/1.jpg"], "url": "https://shop.example/p/1"}, Defaults())
    assert [image.url for image in made.images] == ["https://shop.example/1.jpg"]


def categories(inner: str) -> tuple[dict[str, str], list[str]]:
    text = f"<yml_catalog><shop><categories>{inner}</categories><offers>".encode()
    head = yml_head.head(window(text), "utf-8")
    return head.categories, head.remarks


@pytest.mark.parametrize(
    ("inner", "paths", "told"),
    [
        ('<category id=" 7 ">A</category><category id="8" parentId=" 7">B</category>', {"7": "A", "8": "A / B"}, 0),
        ('<category id="9" parentId="99">C</category>', {"9": "C"}, 1),
        (
            '<category id="9" parentId="0">C</category><category id="8" parentId="">D</category>',
            {"9": "C", "8": "D"},
            0,
        ),
        ('<category id="1" parentId="1">A</category>', {"1": "A"}, 1),
        ('<category id="1">A</category><category id="1">B</category>', {"1": "B"}, 1),
        ('<category id="1">A</category><category id="1">A</category>', {"1": "A"}, 0),
        ('<category id="1">Чай / Кофе</category>', {"1": "Чай/Кофе"}, 0),
        ('<category id="1">Чай &amp;amp; кофе</category>', {"1": "Чай & кофе"}, 0),
        ('<category id="1">Чай & кофе</category>', {"1": "Чай & кофе"}, 0),
        ('<category id="1">Чай&nbsp;&mdash; кофе</category>', {"1": "Чай — кофе"}, 0),
        ('<category id="1"> </category><category>B</category>', {}, 0),
    ],
)
def test_categories(inner: str, paths: dict[str, str], told: int) -> None:
    found, remarks = categories(inner)
    assert found == paths
    assert len(remarks) == told


@pytest.mark.parametrize(
    "date",
    ["Fri, 20 Nov 2026 12:30:00 +0300", "вчера", "0000-00-00", "20.11.26 г.", "9" * 400, "2026-11-20T12:30:00Z", ""],
)
def test_no_date_of_a_head_costs_anything(write: Write, date: str) -> None:
    offer = '<offer id="1"><name>A</name><price>1</price><currencyId>RUB</currencyId><categoryId>1</categoryId></offer>'
    remarks: list[str] = []
    text = (
        f'<yml_catalog date="{date}"><shop><name>s</name><categories><category id="1">A</category></categories>'
        f"<offers>{offer}{offer}</offers></shop></yml_catalog>"
    )
    outcomes = list(read(write("feed.xml", text), remark=lambda line, said: remarks.append(said)))
    assert all(isinstance(row, Accepted) for row in outcomes)
    understood = date.startswith("2026") or not date
    assert len(remarks) == (0 if understood else 1)
    assert [row.product.updated_at is not None for row in outcomes if isinstance(row, Accepted)] == [
        bool(date) and understood
    ] * 2
