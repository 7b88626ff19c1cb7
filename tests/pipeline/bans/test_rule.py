"""How rules are written, and what is said about wrong ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.bans import Fault, Kind, Rule, RuleError, parse_rule


@pytest.mark.parametrize(
    ("text", "rule_id"),
    [
        ("product:3920564", "product:3920564"),
        (" Product : A-1 ", "product:A-1"),
        ("SELLER:Shop_1", "seller:Shop_1"),
        ("category:Электроника>Умные  часы", "category:электроника / умные часы"),
        ("category:Электроника / Умные часы", "category:электроника / умные часы"),
        ("brand:  Зелёный   Край ", "brand:зеленый край"),
        ("keyword:Часы", "keyword:часы"),
        ("keyword: «Умные часы»! ", "keyword:умные часы"),
        ("keyword:смарт-часы", "keyword:смарт часы"),
        ("keyword:Ёлка", "keyword:елка"),
        ("product:a:b", "product:a:b"),
        ("товар: AB 12", "product:AB 12"),
        ("Магазин:Shop_1", "seller:Shop_1"),
        ("продавец:Shop_1", "seller:Shop_1"),
        ("категория:Часы", "category:часы"),
        ("Раздел : Часы", "category:часы"),
        ("бренд:Север", "brand:север"),
        ("слово:часы", "keyword:часы"),
        ("Ключевое слово: часы", "keyword:часы"),
        ("shop:s1", "seller:s1"),
        ("keyword:С++", "keyword:c++"),  # a Cyrillic letter
        ("keyword:C#!", "keyword:c#"),
        ("keyword:18+", "keyword:18+"),
        ("keyword:Disney+", "keyword:disney"),
        ("keyword:Dolce&Gabbana", "keyword:dolce & gabbana"),
        ("keyword:& Ко &", "keyword:ко"),
    ],
)
def test_a_rule_has_one_id_whatever_its_spelling(text: str, rule_id: str) -> None:
    assert parse_rule(text).id == rule_id


@pytest.mark.parametrize(
    ("text", "fault", "said"),
    [
        ("3920564", Fault.NO_KIND, "does not say what to ban"),
        ("", Fault.NO_KIND, "does not say what to ban"),
        ("prodct:1", Fault.UNKNOWN_KIND, "did you mean product:"),
        ("xyz:1", Fault.UNKNOWN_KIND, "write one of"),
        ("product:", Fault.EMPTY, "Nothing follows product:"),
        ("category: / ", Fault.EMPTY, "Nothing follows category:"),
        ("keyword:!!!", Fault.NO_WORD, "holds no word"),
        ("keyword:& &", Fault.NO_WORD, "holds no word"),
        ("бренк:x", Fault.UNKNOWN_KIND, "did you mean бренд:"),
        ("brand:" + "x" * 201, Fault.TOO_LONG, "longer than 200"),
        ("product:a\x00b", Fault.UNPRINTABLE, "unprintable"),
    ],
)
def test_a_wrong_rule_is_told_precisely(text: str, fault: Fault, said: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule(text)
    assert caught.value.fault is fault
    assert said in str(caught.value)


@given(st.sampled_from(Kind), st.text(min_size=1, max_size=60))
def test_an_id_is_its_own_spelling(kind: Kind, value: str) -> None:
    try:
        rule = parse_rule(f"{kind}:{value}")
    except RuleError:
        return
    assert parse_rule(rule.id) == rule == Rule(kind, rule.value)


@pytest.mark.parametrize(
    ("text", "rule_id"),
    [
        ("3920564", "product:3920564"),
        ("a:b", "product:a:b"),
        ("product", "product:product"),
        ("SELLER : Shop_1", "seller:Shop_1"),
        ("keyword:Часы", "keyword:часы"),
    ],
)
def test_a_bare_text_names_a_product_where_that_is_meant(text: str, rule_id: str) -> None:
    assert parse_rule(text, bare=Kind.PRODUCT).id == rule_id


def test_a_bare_text_is_held_to_the_same_rules() -> None:
    with pytest.raises(RuleError, match="Nothing follows product:"):
        parse_rule("  ", bare=Kind.PRODUCT)
