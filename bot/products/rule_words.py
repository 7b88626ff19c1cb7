"""Rules of bans in words, where only their written form is at hand: for admins, and for the shops that they concern."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot.products.section_names import section_name
from bot.products.shop_titles import shop_title
from bot.ui.locale import Texts
from bot.ui.text import clean, cut

VALUE_LIMIT = 80


def rule_name(rule: str, texts: Texts, products: Mapping[str, str] = MappingProxyType({})) -> str:
    """brand:tavr as "brand “tavr”", a section and a shop by the names that the reader knows; `products`: names by id.

    What is no rule stays as it is.
    """
    kind, colon, value = rule.partition(":")
    said: Mapping[str, Callable[[], tuple[str, str]]] = {
        "product": lambda: (texts.plain("product"), products.get(value, value)),
        "seller": lambda: (texts.plain("shop"), shop_title(value)),
        "category": lambda: (texts.plain("section"), section_name(value, texts)),
        "brand": lambda: (texts.plain("brand"), value),
        "keyword": lambda: (texts.plain("word"), value),
    }
    if not colon or kind not in said:
        return rule
    what, named = said[kind]()
    return f"{what} {texts.plain('“{text}”', text=clean(named))}"


def told_to_shop(rule: str, texts: Texts, called: str = "") -> str:
    """What a rule forbids, as the shop is told it: ids say nothing to it. `called`: the product or the brand that the
    rule names, as the shop writes it."""
    kind, _, value = rule.partition(":")
    named = cut(clean(value), VALUE_LIMIT)
    called = cut(clean(called), VALUE_LIMIT)
    return {
        "product": lambda: (
            texts.plain("the product “{name}” is banned", name=called)
            if called
            else texts.plain("this very product is banned")
        ),
        "seller": lambda: texts.plain("the whole shop is banned"),
        "category": lambda: texts.plain(
            "the section “{name}” is banned", name=cut(section_name(value, texts), VALUE_LIMIT)
        ),
        "brand": lambda: texts.plain("the brand “{name}” is banned", name=called or named),
        "keyword": lambda: texts.plain("the word “{name}” is banned", name=named),
    }.get(kind, lambda: texts.plain("a rule forbids it"))()
