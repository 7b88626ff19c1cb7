"""Which deeds of people may be the cause of something. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.core.recent_changes import Change
from bot.features.audit.sentences import sentence
from bot.ui.locale import Texts
from bot.ui.text import clean, cut
from pipeline.contracts.messages import AuditEntry

DEEDS = frozenset(
    {"ban", "unban", "apply_bans", "apply_feed", "send_feed", "fetch_feed", "feed_address", "register_shop",
     "remove_shop", "run_job", "drill", "synonym_add", "synonym_remove", "section_name", "dead_letters:replay",
     "dead_letters:discard"}
)  # fmt: skip


def deeds_since(entries: Iterable[AuditEntry], since: datetime, texts: Texts) -> Iterator[Change]:
    """What people did since then, of entries with the newest first."""
    for entry in entries:
        if entry.at < since:
            return
        if entry.action in DEEDS and entry.result not in {"refused", "failed"}:
            who = cut(clean(entry.actor_name), 40)
            said = sentence(entry, texts)
            yield Change(entry.at, f"{who} – {said}" if who else said)
