"""/audit: who did what, the newest first, of everybody, one person or one kind of action."""

from bot.replies.audit import PER_PAGE, Filter, audit_choices, audit_page, person_of
from bot.replies.callback import ShowAudit
from bot.replies.marks import mark
from bot.replies.notices import old_button
from bot.services import Services
from bot.turn import Turn
from pipeline.contracts.messages import AuditEntry

TEXT_LIMIT = 60


async def audit(services: Services, turn: Turn, argument: str) -> None:
    """The newest entries; with a word, those whose person, action or target holds it."""
    text = argument.strip()[:TEXT_LIMIT]
    wanted = text.casefold()

    def holds(entry: AuditEntry) -> bool:
        return any(wanted in part.casefold() for part in (entry.actor_name, entry.action, entry.target))

    entries = tuple(entry for entry in services.admin.trail.newest() if not wanted or holds(entry))
    chosen = Filter("s", "", text) if text else Filter()
    await turn.say(audit_page(entries[:PER_PAGE], len(entries), 0, chosen, turn.texts))


async def show_audit(services: Services, turn: Turn, press: ShowAudit) -> None:
    """Another page, or what one may narrow it by."""
    known = tuple(services.admin.trail.newest())
    if press.view == "p":
        people = {entry.actor: person_of(entry) for entry in reversed(known)}
        await turn.change(audit_choices("p", tuple(people.items())[::-1], turn.texts))
    elif press.view == "a":
        actions = dict.fromkeys(entry.action for entry in known)
        await turn.change(audit_choices("a", tuple((action, action) for action in actions), turn.texts))
    elif press.view == "l" and press.by in {"", "p", "a"}:
        entries = tuple(entry for entry in known if _matches(entry, press))
        pages = max(1, -(-len(entries) // PER_PAGE))
        page = min(press.page, pages - 1)
        words = "" if not press.by or not entries else _words(entries[0], press.by)
        shown = entries[page * PER_PAGE : (page + 1) * PER_PAGE]
        chosen = Filter(press.by, press.value, words)
        await turn.change(audit_page(shown, len(entries), page, chosen, turn.texts))
    else:
        await turn.toast(old_button(turn.texts), alert=True)


def _matches(entry: AuditEntry, press: ShowAudit) -> bool:
    if not press.by:
        return True
    return mark(entry.actor if press.by == "p" else entry.action) == press.value


def _words(entry: AuditEntry, by: str) -> str:
    return person_of(entry) if by == "p" else entry.action
