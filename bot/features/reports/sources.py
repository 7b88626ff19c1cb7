"""Where reports get their figures from in a running bot."""

from elasticsearch import AsyncElasticsearch

from bot.core.audit_log import AuditLog
from bot.core.people import People
from bot.features.bans.refused_products import KafkaRefusedProducts
from bot.features.reports.alert_history import AlertHistory
from bot.features.reports.delay import Delay
from bot.features.reports.drawing import Drawing
from bot.features.reports.reporter import Reporter
from bot.features.reports.search_log import SearchLog
from bot.features.reports.service import ReportService
from bot.features.status.prometheus import Prometheus
from bot.products.visibility import VisibilityPolicy
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.messages import now


def reports_of(
    settings: Settings,
    client: AsyncElasticsearch,
    kafka: Kafka,
    *,
    audit_log: AuditLog,
    visibility: VisibilityPolicy,
    people: People,
    held: KafkaRefusedProducts,
) -> ReportService:
    """Reports from Elasticsearch, Prometheus, the rules in force and the topic `alerts`; nothing is asked yet."""
    url = settings.bot.prometheus_url
    reporter = Reporter(
        SearchLog(client, settings.bot.report_people),
        delays=Delay(Prometheus(url, now)) if url else None,
        alerts=AlertHistory(kafka, audit_log),
        held=held,
        rules=lambda: (rule for rule in visibility.rules() if visibility.rules().active(rule, now())),
        clock=now,
    )
    return ReportService(reporter, Drawing(), lambda name: people.quiet(name).utc_offset, settings.bot.report_people)
