"""Rules of bans in the words of the shops whose products they stop."""

from bot.ui.locale import Texts
from bot.ui.text import clean, cut

VALUE_LIMIT = 80


def told_to_shop(rule: str, texts: Texts, product: str = "") -> str:
    """What a rule forbids, as the shop is told it: ids say nothing to it. `product`: what the one is called that a
    rule names, where that is not plain."""
    kind, _, value = rule.partition(":")
    named = cut(clean(value.rpartition(" / ")[2] or value), VALUE_LIMIT)
    called = cut(clean(product), VALUE_LIMIT)
    return {
        "product": lambda: (
            texts.plain("the product “{name}” is banned", name=called)
            if called
            else texts.plain("this very product is banned")
        ),
        "seller": lambda: texts.plain("the whole shop is banned"),
        "category": lambda: texts.plain("the category “{name}” is banned", name=named),
        "brand": lambda: texts.plain("the brand “{name}” is banned", name=named),
        "keyword": lambda: texts.plain("the word “{name}” is banned", name=named),
    }.get(kind, lambda: texts.plain("a rule forbids it"))()
