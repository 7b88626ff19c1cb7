"""/audit: who did what, the newest first, of everybody, one person or one kind of action."""

from collections.abc import Sequence

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.core.update_context import UpdateContext
from bot.features.audit.buttons import ShowAudit
from bot.features.audit.replies import Filter, audit_choices, audit_page, on_page, person_of, told_apart
from bot.features.audit.sentences import action_words, sentence
from bot.features.audit.services import AuditServices
from bot.features.audit.targets import product_of
from bot.ui.callback_ids import mark
from bot.ui.locale import Texts
from bot.ui.notices import old_button
from bot.ui.reply import Reply
from ops.logs import get_logger
from pipeline.contracts.messages import AuditEntry

log = get_logger(__name__)
TEXT_LIMIT = 60


async def audit(services: AuditServices, context: UpdateContext, argument: str) -> None:
    """The newest entries; with a word, those whose person, action or target holds it."""
    text = argument.strip()[:TEXT_LIMIT]
    wanted = text.casefold()

    def holds(entry: AuditEntry) -> bool:
        told = sentence(entry, context.texts)
        return any(wanted in part.casefold() for part in (entry.actor_name, entry.action, entry.target, told))

    entries = tuple(entry for entry in services.audit_log.newest() if not wanted or holds(entry))
    chosen = Filter("s", "", text) if text else Filter()
    await context.say(await _page(services, context, entries, 0, chosen))


async def show_audit(services: AuditServices, context: UpdateContext, press: ShowAudit) -> None:
    """Another page, or what one may narrow it by."""
    known = tuple(services.audit_log.newest())
    if press.view == "p":
        people = {entry.actor: person_of(entry) for entry in reversed(known)}
        await context.change(audit_choices("p", told_apart(people)[::-1], context.texts))
    elif press.view == "a":
        actions = dict.fromkeys(entry.action for entry in known)
        await context.change(
            audit_choices(
                "a", tuple((action, action_words(action, context.texts)) for action in actions), context.texts
            )
        )
    elif press.view == "l" and press.by in {"", "p", "a"}:
        entries = tuple(entry for entry in known if _matches(entry, press))
        words = "" if not press.by or not entries else _words(entries[0], press.by, context.texts)
        chosen = Filter(press.by, press.value, words)
        await context.change(await _page(services, context, entries, press.page, chosen))
    else:
        await context.toast(old_button(context.texts), alert=True)


async def _page(
    services: AuditServices, context: UpdateContext, entries: Sequence[AuditEntry], number: int, chosen: Filter
) -> Reply:
    """The page, with the products on it by their names; by their ids where the catalogue does not answer."""
    ids = {offer_id for entry in on_page(entries, number) if (offer_id := product_of(entry))}
    names: dict[str, str] = {}
    if ids:
        try:
            found = await context.typing(services.known.products(sorted(ids)))
            names = {offer_id: product.name for offer_id, product in found.items()}
        except (ApiError, TransportError) as error:
            log.warning("audit_without_product_names", error=str(error)[:200])
    return audit_page(entries, number, chosen, context.texts, names)


def _matches(entry: AuditEntry, press: ShowAudit) -> bool:
    if not press.by:
        return True
    return mark(entry.actor if press.by == "p" else entry.action) == press.value


def _words(entry: AuditEntry, by: str, texts: Texts) -> str:
    return person_of(entry) if by == "p" else action_words(entry.action, texts)
