"""What showing the audit stands on."""

from dataclasses import dataclass

from bot.core.audit_log import AuditLog
from bot.products.known_products import KnownProducts


@dataclass(frozen=True, slots=True)
class AuditServices:
    """`audit_log` has the newest entries, whoever wrote them; `known` says what the products in them are called."""

    audit_log: AuditLog
    known: KnownProducts
