"""Who acts, as the audit names them, and the audit entry of an update."""

from datetime import datetime
from hashlib import blake2b
from typing import Literal, TypeAlias

from bot.core.update_context import UpdateContext
from bot.ui.roles import Role
from bot.ui.text import clean
from pipeline.contracts.messages import AuditEntry
from pipeline.kafka.audit import Actor

NAME_LIMIT = 64
TARGET_LIMIT = 200
DETAIL_LIMIT = 500
Result: TypeAlias = Literal["done", "refused", "failed", "requested"]


def actor(context: UpdateContext) -> Actor:
    """The person whose update this is. Customers and sellers have no name here: the audit outlives "forget me"."""
    name = "" if context.role <= Role.SELLER else clean(context.name, NAME_LIMIT) or "?"
    return Actor(context.pseudonym, name, context.role.name.lower())


def entry_id(context: UpdateContext, action: str = "") -> str:
    """The id of the update's audit entry for this action, the same when the same update is handled again."""
    return blake2b(f"audit:{context.pseudonym}:{context.key}:{action}".encode(), digest_size=16).hexdigest()


def audit_entry(
    context: UpdateContext, action: str, at: datetime, target: str = "", detail: str = "", *, result: Result = "done"
) -> AuditEntry:
    """What is about to be confirmed to the person, or was refused to them."""
    who = actor(context)
    return AuditEntry(
        entry_id=entry_id(context, f"{action}:{result}"),
        actor=who.id,
        actor_name=who.name,
        role=who.role,
        action=action,
        target=target[:TARGET_LIMIT],
        detail=detail[:DETAIL_LIMIT],
        result=result,
        at=at,
    )
