"""A router over a foundation, for tests that bring routes of their own."""

from bot.container.foundation import Foundation
from bot.core.deferred_answers import DeferredAnswers
from bot.core.errors import report_deferred
from bot.core.refusals import Refusals
from bot.core.router import Router
from bot.core.routes import Routes
from bot.telegram.pictures import Pictures


def router_of(base: Foundation, routes: Routes) -> Router:
    """The router that the marketplace would make, over these routes."""
    return Router(
        routes,
        base.persons,
        Refusals(base.request_log, base.audit_log.has, base.clock),
        pictures=Pictures(),
        deferred=DeferredAnswers(base.delivery.outbox, report_deferred),
        moves=base.delivery.moves,
    )
