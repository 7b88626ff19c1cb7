"""Audit: who did what, of everybody, one person or one kind of action."""

from bot.container.foundation import Foundation
from bot.container.registration import Command, Feature, on
from bot.core.recent_changes import RecentChanges
from bot.features.audit.buttons import ShowAudit
from bot.features.audit.changes import deeds_since
from bot.features.audit.handlers import audit, show_audit
from bot.features.audit.services import AuditServices
from bot.ui.locale import later
from bot.ui.roles import Role


def build(base: Foundation) -> AuditServices:
    """From the audit log and the products that all features share."""
    base.shared.get(RecentChanges).add(lambda since, texts: deeds_since(base.audit_log.newest(), since, texts))
    return AuditServices(base.audit_log, base.products.known)


AUDIT = Feature(
    name="audit",
    build=build,
    commands=(Command("audit", audit, Role.ADMIN, later("action log")),),
    buttons=(on(ShowAudit, show_audit),),
)
