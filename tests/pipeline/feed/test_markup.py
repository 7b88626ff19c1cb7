"""Text that was escaped once too often, named characters, and what of HTML is never text."""

import pytest

from pipeline.feed.markup import one_line, plain
from pipeline.feed.product_row import Defaults, product


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Набор &quot;Чай &amp; мёд&quot; 5 шт", 'Набор "Чай & мёд" 5 шт'),
        ("Набор &amp;quot;Чай &amp;amp; мёд&amp;quot;", 'Набор "Чай & мёд"'),
        ("Набор &amp;amp;quot;Чай&amp;amp;quot;", 'Набор "Чай"'),
        ("Johnson &amp; Johnson", "Johnson & Johnson"),
        ("AT&T", "AT&T"),
        ("R&D; отдел", "R&D; отдел"),
        ("Q&copy", "Q&copy"),
        ("Чай &laquo;Уют&raquo;&nbsp;&mdash; 5&#176;", "Чай «Уют» — 5°"),
        ("&#x41;&#66;&#0;C", "ABC"),
        ("<b>Чайник</b> <i>медный</i>", "Чайник медный"),
        ("&lt;b&gt;Чайник&lt;/b&gt;", "Чайник"),
        ("5 < 6 и 7 > 6", "5 < 6 и 7 > 6"),
        ("<новинка> чайник", "<новинка> чайник"),
        ("Чайник<style>.a{color:red}</style>", "Чайник"),
    ],
)
def test_one_line(written: str, text: str) -> None:
    assert one_line(written) == text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<style>.a{color:red}</style><script>var x=1;</script><p>Тихий чайник.</p>", "Тихий чайник."),
        ("<STYLE type='text/css'>.a{}</STYLE >Тихий", "Тихий"),
        ("<script>if (a < b && c > d) { x('</p>') }</script>Тихий", "Тихий"),
        ("<script src='x.js'/>Тихий</script> чайник", "чайник"),
        ("Тихий<script>var x=1;", "Тихий"),
        ("Тихий <!-- <b>не текст</b> --> чайник", "Тихий чайник"),
        ("&lt;style&gt;.a{color:red}&lt;/style&gt;&lt;p&gt;Тихий&lt;/p&gt;", "Тихий"),
        ("&amp;lt;p&amp;gt;Тихий &amp;amp;amp; лёгкий&amp;lt;/p&amp;gt;", "Тихий & лёгкий"),
        ("<template><p>нет</p></template>да", "да"),
        ("<scripture>Библия</scripture>", "Библия"),
    ],
)
def test_scripts_and_styles_are_no_text(written: str, text: str) -> None:
    assert plain(written) == text


@pytest.mark.parametrize("field", ["name", "brand", "category", "sku", "store_name"])
def test_every_line_of_a_row_is_unescaped(field: str) -> None:
    row: dict[str, object] = {"product_id": "1", "name": "x", "price": "1 RUB", "store_id": "s", field: "A &amp;amp; B"}
    assert product(row, Defaults()).model_dump()[field] == "A & B"


def test_tags_properties_and_pictures_are_unescaped_too() -> None:
    row: dict[str, object] = {
        "product_id": "1", "name": "x", "price": "1 RUB", "store_id": "s", "tags": ["a &amp; b"],
        "specifications": {"Цвет &amp; тон": "белый &quot;снег&quot;"},
        "images": [{"url": "https://s.example/1.jpg?a=1&amp;b=2", "alt": "&quot;Вид&quot;"}],
    }  # fmt: skip
    made = product(row, Defaults())
    assert made.tags == ("a & b",)
    assert made.specifications == {"Цвет & тон": 'белый "снег"'}
    assert (made.images[0].url, made.images[0].alt) == ("https://s.example/1.jpg?a=1&b=2", '"Вид"')
