"""What an entry of the audit is about, and what its writer noted, in people's words. No request, no state."""

import re
from collections.abc import Callable, Mapping
from uuid import UUID

from bot.products.rule_words import rule_name
from bot.products.shop_titles import shop_title
from bot.ui.job_names import job_name
from bot.ui.locale import Texts
from bot.ui.text import clean, cut
from pipeline.contracts.messages import AuditEntry

LIMIT = 120
SHOPS = frozenset({"invite_seller", "bind_seller", "drop_seller", "register_shop", "remove_shop", "send_feed",
                   "feed_address", "fetch_feed", "apply_feed", "keep_feed"})  # fmt: skip
"""Deeds about a shop; of a price list that waits, the target has the shop before a slash."""

LETTERS = re.compile(r"(\d+) dead letters")
REVIEWS = frozenset({"ask_review", "keep_ban"})
NAMELESS = frozenset({"drop_seller", "unsilence"})
"""Their details are ids, which say nothing to people."""


def product_of(entry: AuditEntry) -> str:
    """The id of the product that the entry is about; empty when it is about something else."""
    if entry.action == "dismiss_reports":
        return entry.target
    kind, _, value = entry.target.partition(":")
    return value if kind == "product" else ""


def target_words(entry: AuditEntry, texts: Texts, products: Mapping[str, str]) -> str:
    """What was acted on; `products` are the names of those that are known, by id."""
    target = clean(entry.target)
    if entry.action in SHOPS:
        return cut(shop_title(target.partition("/")[0]), LIMIT)
    if entry.action == "run_job":
        return job_name(target, texts)
    if entry.action == "dismiss_reports":
        return _quoted(products.get(entry.target, target), texts)
    if letters := LETTERS.fullmatch(target):
        return texts.plain_n("{n} message", "{n} messages", int(letters[1]))
    return "…" if _is_code(target) else cut(rule_name(target, texts, products), LIMIT)


def noted_words(entry: AuditEntry, texts: Texts) -> str:
    """What stands below it: what the system noted itself as people say it, and their own words as they stand."""
    detail = clean(entry.detail)
    if entry.action in NAMELESS:
        return ""
    if entry.action in REVIEWS:
        return shop_title(detail)
    for form, words in NOTED:
        if found := form.fullmatch(detail):
            return words(found, texts)
    return detail


def _quoted(name: str, texts: Texts) -> str:
    return texts.plain("“{text}”", text=cut(clean(name), LIMIT))


def _is_code(target: str) -> bool:
    try:
        UUID(target)
    except ValueError:
        return False
    return True


def _outcome(found: re.Match[str], texts: Texts) -> str:
    reports = texts.plain_n("{n} report", "{n} reports", int(found[1]))
    became = {
        "banned": texts.plain("the product is banned"),
        "dismissed": texts.plain("the product stays on sale"),
        "gone": texts.plain("the product is no longer offered"),
    }[found[2]]
    return f"{reports} · {became}"


def _missing(found: re.Match[str], texts: Texts) -> str:
    products = texts.plain_n("{n} product", "{n} products", int(found[2]))
    return texts.plain("{file}: {products} of {all}", file=found[1], products=products, all=found[3])


NOTED: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Texts], str]], ...] = (
    (re.compile(r"(\d+) reports, (banned|dismissed|gone)"), _outcome),
    (re.compile(r"(.+): (\d+) of (\d+) offers"), _missing),
    (re.compile(r"invited by (.+)"), lambda found, texts: texts.plain("invited by {name}", name=found[1])),
    (
        re.compile(r"(\d+) min(?:, \S+)?"),
        lambda found, texts: texts.plain_n("{n} minute", "{n} minutes", int(found[1])),
    ),
    (re.compile(r"(\d+) bans"), lambda found, texts: texts.plain_n("{n} ban", "{n} bans", int(found[1]))),
)
"""What a writer of the audit notes, and how it is said."""
