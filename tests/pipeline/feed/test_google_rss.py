"""Google Merchant's feeds, as RSS and as Atom."""

from pathlib import Path

import pytest

from pipeline.contracts.messages import Product
from pipeline.feed.product_row import Defaults
from pipeline.feed.reader import Accepted, read
from pipeline.feed.rows import UnreadableFile
from tests.pipeline.feed.conftest import Write

ITEM = (
    "<item><g:id>1</g:id><title>Чайник</title><link>https://shop.example/p/1</link><g:price>1299.00 RUB</g:price>"
    "<g:availability>in_stock</g:availability><g:image_link>/1.jpg</g:image_link></item>"
)


def rss(*items: str, head: str = "<title>Лавка</title><link>https://shop.example</link>") -> str:
    return (
        '<?xml version="1.0"?><!-- a feed --><rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>'
        f"{head}\n" + "\n".join(items) + "\n</channel></rss>"
    )


def outcomes(path: Path, **options: str) -> list[Product | str]:
    found = read(path, Defaults(store=options.get("store", ""), id_prefix=options.get("id_prefix", "")))
    return [row.product if isinstance(row, Accepted) else f"{row.line}: {row.reason}" for row in found]


def one(write: Write, item: str) -> Product:
    (product,) = outcomes(write("feed.xml", rss(item)))
    assert isinstance(product, Product), product
    return product


def test_an_item(write: Write) -> None:
    made = one(write, ITEM)
    assert (made.product_id, made.name, made.price.amount, made.price.currency) == ("1", "Чайник", 1299, "RUB")
    assert (made.store_id, made.stock.available, made.images[0].url) == ("Лавка", 1, "https://shop.example/1.jpg")


@pytest.mark.parametrize(
    ("said", "count"),
    [("in_stock", 1), ("in stock", 1), ("In Stock", 1), ("", 1), ("out_of_stock", 0), ("out of stock", 0),
    ("preorder", 0),
     ("backorder", 0), ("в наличии", 1), ("нет в наличии", 0)],
)  # fmt: skip
def test_availability(write: Write, said: str, count: int) -> None:
    assert one(write, ITEM.replace("in_stock", said)).stock.available == count


@pytest.mark.parametrize(
    ("more", "amount", "old"),
    [
        ("<g:sale_price>999 RUB</g:sale_price>", 999, 1299),
        ("<g:sale_price>1299 RUB</g:sale_price>", 1299, None),
        ("<g:sale_price>1500 RUB</g:sale_price>", 1299, None),
        (
            "<g:sale_price>999 RUB</g:sale_price>"
            "<g:sale_price_effective_date>2020-01-01T00:00+0300/2020-02-01T00:00+0300"
            "</g:sale_price_effective_date>",
            1299,
            None,
        ),
        (
            "<g:sale_price>999 RUB</g:sale_price>"
            "<g:sale_price_effective_date>2020-01-01T00:00+0300/2999-02-01T00:00+0300"
            "</g:sale_price_effective_date>",
            999,
            1299,
        ),
    ],
)
def test_a_sale(write: Write, more: str, amount: float, old: float | None) -> None:
    made = one(write, ITEM.replace("</item>", f"{more}</item>"))
    assert (made.price.amount, made.old_price) == (amount, old)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (ITEM.replace("1299.00 RUB", "1299.00"), "price: without a currency"),
        (ITEM.replace("1299.00 RUB", "12.500 RUB"), "price: «12.500 RUB» can be 12500 or 12.5"),
        (ITEM.replace("<g:id>1</g:id>", ""), "product_id: the row has no id"),
        (ITEM.replace("<title>Чайник</title>", ""), "name: the item has no <title>"),
        (ITEM.replace("Чайник", "Чай & кофе"), "the item is not well-formed: line 3: a stray & in the text"),
        (ITEM.replace("in_stock", "maybe"), "availability: «maybe» is not a number of pieces"),
        (ITEM.replace("</item>", ""), "the item is not closed"),
    ],
)
def test_a_broken_item_costs_itself(write: Write, item: str, reason: str) -> None:
    first, refused, last = outcomes(write("feed.xml", rss(ITEM, item, ITEM)), id_prefix="p-")
    assert isinstance(first, Product)
    assert str(refused).startswith(f"3: {reason}")
    assert isinstance(last, Product)


def test_what_a_variant_is(write: Write) -> None:
    made = one(
        write,
        ITEM.replace(
            "</item>",
            "<g:item_group_id>g7</g:item_group_id><g:color>белый</g:color><g:size>42</g:size><g:gtin>460</g:gtin>"
            "<g:product_type>Дом &gt; Чайники</g:product_type>"
            "<g:google_product_category>636</g:google_product_category></item>",
        ),
    )
    assert (made.group_id, made.category) == ("g7", "Дом / Чайники")
    assert made.specifications == {"Цвет": "белый", "Размер": "42", "Штрихкод": "460"}


def test_atom_with_an_id_of_its_own(write: Write) -> None:
    entry = ITEM.replace("item>", "entry>").replace("<entry>", "<entry><id>tag:atom</id>", 1)
    text = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Лавка</title>'
        f'<link href="https://shop.example"/>{entry}</feed>'
    )
    (made,) = outcomes(write("feed.xml", text), store="lavka")
    assert isinstance(made, Product)
    assert (made.product_id, made.store_id, made.images[0].url) == ("1", "lavka", "https://shop.example/1.jpg")
    assert (made.model_extra or {})["store_name"] == "Лавка"


def test_entities_are_refused(write: Write) -> None:
    text = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss(ITEM)
    with pytest.raises(UnreadableFile, match="declares entities"):
        outcomes(write("feed.xml", text))


def test_a_feed_that_is_cut_off_is_told(write: Write) -> None:
    text = rss(ITEM, ITEM)
    *_, end = outcomes(write("feed.xml", text[: text.rindex("<item>") + 30]))
    assert str(end).endswith("</rss> is missing: the file is cut off")


@pytest.mark.parametrize("broken", ["<rss:>", "<:title>x</:title>", "<a:b:c>x</a:b:c>", "<g:>x</g:>"])
def test_a_head_with_broken_names_costs_nothing(write: Write, broken: str) -> None:
    found = outcomes(
        write("feed.xml", rss(ITEM, head=f"<title>Лавка</title>{broken}<link>https://shop.example</link>"))
    )
    assert [isinstance(row, Product) for row in found] == [True]
