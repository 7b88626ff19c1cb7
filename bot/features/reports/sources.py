"""Where reports get their figures from in a running bot."""

from bot.container.foundation import Foundation
from bot.container.parts import Servers
from bot.core.looking_up import OPEN_S
from bot.features.bans.feature import BanPorts
from bot.features.reports.alert_history import AlertHistory
from bot.features.reports.delay import Delay
from bot.features.reports.reporter import Reporter
from bot.features.reports.search_log import SearchLog
from bot.features.status.prometheus import Prometheus
from ops.kafka import Kafka


def reporter_of(servers: Servers, base: Foundation) -> Reporter:
    """Reports from Elasticsearch, Prometheus, the rules in force and the topic `alerts`; nothing is asked yet."""
    settings, visibility, clock = servers.settings.bot, base.products.visibility, base.clock
    return Reporter(
        SearchLog(servers.elasticsearch, settings.report_people),
        delays=Delay(Prometheus(settings.prometheus_url, clock)) if settings.prometheus_url else None,
        alerts=AlertHistory(Kafka(servers.settings, servers.kafka.identity, open_within_s=OPEN_S), base.audit_log),
        refused=base.shared.get(BanPorts).refused,
        rules=lambda: (rule for rule in visibility.rules() if visibility.rules().active(rule, clock())),
        clock=clock,
    )
