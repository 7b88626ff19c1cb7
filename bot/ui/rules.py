"""Rules of bans as people say them, where only their written form is at hand."""

from bot.ui.locale import Texts


def rule_words(rule: str, texts: Texts) -> str:
    """brand:tavr as "brand tavr", of a category's path its last part; what is no rule stays as it is."""
    kind, colon, value = rule.partition(":")
    kinds = {
        "product": texts.plain("product"),
        "seller": texts.plain("shop"),
        "category": texts.plain("section"),
        "brand": texts.plain("brand"),
        "keyword": texts.plain("word"),
    }
    if not colon or kind not in kinds:
        return rule
    named = value.rpartition(" / ")[2] or value
    return f"{kinds[kind]} «{named}»" if texts.language == "ru" else f"{kinds[kind]} “{named}”"
