"""An entry of the audit as a sentence. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from bot.features.audit.targets import noted_words, target_words
from bot.ui.locale import Texts, later
from bot.ui.text import clean, cut
from bot.ui.time import moment
from pipeline.contracts.messages import AuditAction, AuditEntry

TARGET_LIMIT = 120
DETAIL_LIMIT = 160
# As a ban's end is written into the audit.
END = re.compile(r"until (\d{4}-\d\d-\d\d \d\d:\d\d) UTC$")
SENTENCES: Mapping[AuditAction | str, str] = {
    "ban": later("banned {target}"),
    "unban": later("lifted the ban of {target}"),
    "apply_bans": later("applied a file of bans: {target}"),
    "grant": later("gave a role: {target}"),
    "revoke": later("took a role: {target}"),
    "invite_seller": later("invited a seller to the shop {target}"),
    "bind_seller": later("became a seller of the shop {target}"),
    "drop_seller": later("removed a seller of the shop {target}"),
    "register_shop": later("changed the shop {target}"),
    "remove_shop": later("removed the shop {target}"),
    "send_feed": later("sent a price list of the shop {target}"),
    "feed_address": later("changed where the price list of the shop {target} comes from"),
    "fetch_feed": later("asked for the price list of the shop {target} at once"),
    "apply_feed": later("took missing products of a price list off sale: {target}"),
    "keep_feed": later("kept the products that a price list lacks: {target}"),
    "dismiss_reports": later("dismissed the reports about {target}"),
    "ask_review": later("asked to look at a ban again: {target}"),
    "keep_ban": later("looked at a ban again and kept it: {target}"),
    "section_name": later("named the section {target}"),
    "synonym_add": later("taught a synonym: {target}"),
    "synonym_remove": later("removed a synonym: {target}"),
    "run_job": later("started the job {target}"),
    "dead_letters:replay": later("replayed failed messages: {target}"),
    "dead_letters:discard": later("deleted failed messages: {target}"),
    "acknowledge": later("took an alert: {target}"),
    "resign": later("gave an alert back: {target}"),
    "hand_over": later("handed an alert over: {target}"),
    "silence": later("silenced an alert: {target}"),
    "unsilence": later("ended a silence: {target}"),
    "drill": later("started a drill: {target}"),
    "comment": later("commented on an alert: {target}"),
    "oncall_add": later("put a shift into the rota: {target}"),
    "oncall_remove": later("removed a shift from the rota: {target}"),
}
"""What an act is called, after the name of who did it."""

SHORT: Mapping[AuditAction | str, str] = {
    "ban": later("bans"),
    "unban": later("lifted bans"),
    "apply_bans": later("files of bans"),
    "grant": later("given roles"),
    "revoke": later("taken roles"),
    "invite_seller": later("invited sellers"),
    "bind_seller": later("new sellers"),
    "drop_seller": later("removed sellers"),
    "register_shop": later("changed shops"),
    "remove_shop": later("removed shops"),
    "send_feed": later("sent price lists"),
    "feed_address": later("price list links"),
    "fetch_feed": later("loads at once"),
    "apply_feed": later("withdrawals of price lists"),
    "keep_feed": later("kept products"),
    "dismiss_reports": later("dismissed reports"),
    "ask_review": later("requests for review"),
    "keep_ban": later("kept bans"),
    "section_name": later("section names"),
    "synonym_add": later("new synonyms"),
    "synonym_remove": later("removed synonyms"),
    "run_job": later("started jobs"),
    "dead_letters:replay": later("replays"),
    "dead_letters:discard": later("deleted messages"),
    "acknowledge": later("taken alerts"),
    "resign": later("alerts given back"),
    "hand_over": later("alerts handed over"),
    "silence": later("silences"),
    "unsilence": later("ended silences"),
    "drill": later("drills"),
    "comment": later("comments on alerts"),
    "oncall_add": later("on-call shifts"),
    "oncall_remove": later("removed shifts"),
}
"""What a kind of act is called on a button."""

DETAILS: Mapping[str, str] = {
    "undo": later("undone"),
    "customer → admin": later("customer → admin"),
    "customer → operator": later("customer → operator"),
    "operator → admin": later("operator → admin"),
    "admin → operator": later("admin → operator"),
    "admin → customer": later("admin → customer"),
    "operator → customer": later("operator → customer"),
}
"""Details that the system wrote itself; all others are people's own words."""


def sentence(entry: AuditEntry, texts: Texts, products: Mapping[str, str] = MappingProxyType({})) -> str:
    """What was done to what: banned brand “Tavr”; an attempt that was refused says what was tried.

    `products` are the names of those that are known, by id.
    """
    target = target_words(entry, texts, products)
    form = SENTENCES.get(entry.action)
    if form is not None:
        return texts.plain(form, target=target or "…")
    if entry.result == "refused":
        return texts.plain("tried {what}", what=cut(clean(entry.action).lstrip("/"), TARGET_LIMIT))
    return " ".join(part for part in (clean(entry.action, 60), target) if part)


def action_words(action: str, texts: Texts) -> str:
    """The kind of act for a button."""
    short = SHORT.get(action)
    return texts.plain(short) if short is not None else clean(action, 30).lstrip("/")


def detail_words(entry: AuditEntry, texts: Texts) -> str:
    """What stands below it: the reason, an end, a cause."""
    detail = clean(entry.detail)
    if detail in DETAILS:
        return texts.plain(DETAILS[detail])
    end = END.search(detail)
    if end is None:
        return cut(noted_words(entry, texts), DETAIL_LIMIT)
    at = datetime.strptime(end[1], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    return cut(detail[: end.start()], DETAIL_LIMIT) + texts.plain("until {at}", at=moment(at, texts, entry.at))
