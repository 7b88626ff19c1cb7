"""What showing the audit stands on."""

from dataclasses import dataclass

from bot.core.audit_log import AuditLog


@dataclass(frozen=True, slots=True)
class AuditServices:
    """`audit_log` has the newest entries, whoever wrote them."""

    audit_log: AuditLog
