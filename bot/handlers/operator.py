"""What the operators' handlers share: the desk, the audit entry of a turn, and the answer when Alertmanager is away."""

from hashlib import blake2b
from typing import Literal

from bot.alerts.alertmanager import AlertmanagerDownError
from bot.alerts.desk import Desk
from bot.replies.alert_notices import alertmanager_down, no_alerts_here
from bot.replies.text import clean
from bot.services import Services
from bot.turn import Turn
from ops.logs import get_logger
from pipeline.contracts.messages import AuditEntry

log = get_logger(__name__)


async def desk_of(services: Services, turn: Turn) -> Desk | None:
    """The desk, or None after the person was told that this bot shows no alerts."""
    if services.operators is None:
        await turn.toast(no_alerts_here(turn.texts), alert=True)
        return None
    return services.operators.desk


def audit(
    services: Services,
    turn: Turn,
    action: str,
    target: str,
    detail: str = "",
    *,
    result: Literal["done", "refused", "failed", "requested"] = "done",
) -> None:
    """Write down what is about to be confirmed; on disk when this returns. A repeat of the update has the same id."""
    entry_id = blake2b(f"{turn.pseudonym}:{turn.key}:{action}:{result}".encode(), digest_size=16).hexdigest()
    services.records.audit(
        AuditEntry(
            entry_id=entry_id,
            actor=turn.pseudonym,
            actor_name=operator_name(turn),
            role=turn.role.name.lower(),
            action=action,
            target=target[:200],
            detail=detail[:500],
            result=result,
            at=services.clock(),
        )
    )


async def say_down(turn: Turn, error: AlertmanagerDownError) -> None:
    """Tell the person that Alertmanager is away; the card stays as it is."""
    log.warning("alertmanager_does_not_answer", setting="YARMARKA_BOT__ALERTMANAGER_URL", error=str(error))
    await turn.toast(alertmanager_down(turn.texts), alert=True)


def operator_name(turn: Turn) -> str:
    """The person's name as cards, silences and audit show it."""
    return clean(turn.name, 64) or "?"
