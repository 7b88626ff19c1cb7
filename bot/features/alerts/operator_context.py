"""What the operators' handlers share: the desk, the audit entry of a turn, and the answer when Alertmanager is away."""

from hashlib import blake2b
from typing import Literal

from bot.core.update_context import UpdateContext
from bot.features.alerts.alertmanager import AlertmanagerDownError
from bot.features.alerts.notices import alertmanager_down, no_alerts_here
from bot.features.alerts.service import AlertActions
from bot.services import Services
from bot.ui.text import clean
from ops.logs import get_logger
from pipeline.contracts.messages import AuditEntry

log = get_logger(__name__)


async def desk_of(services: Services, context: UpdateContext) -> AlertActions | None:
    """The desk, or None after the person was told that this bot shows no alerts."""
    if services.operators is None:
        await context.toast(no_alerts_here(context.texts), alert=True)
        return None
    return services.operators.desk


def audit(
    services: Services,
    context: UpdateContext,
    action: str,
    target: str,
    detail: str = "",
    *,
    result: Literal["done", "refused", "failed", "requested"] = "done",
) -> None:
    """Write down what is about to be confirmed; on disk when this returns. A repeat of the update has the same id."""
    entry_id = blake2b(f"{context.pseudonym}:{context.key}:{action}:{result}".encode(), digest_size=16).hexdigest()
    services.records.audit(
        AuditEntry(
            entry_id=entry_id,
            actor=context.pseudonym,
            actor_name=operator_name(context),
            role=context.role.name.lower(),
            action=action,
            target=target[:200],
            detail=detail[:500],
            result=result,
            at=services.clock(),
        )
    )


async def say_down(context: UpdateContext, error: AlertmanagerDownError) -> None:
    """Tell the person that Alertmanager is away; the card stays as it is."""
    log.warning("alertmanager_does_not_answer", setting="YARMARKA_BOT__ALERTMANAGER_URL", error=str(error))
    await context.toast(alertmanager_down(context.texts), alert=True)


def operator_name(context: UpdateContext) -> str:
    """The person's name as cards, silences and audit show it."""
    return clean(context.name, 64) or "?"
