"""Where reports get their figures from in a running bot."""

from elasticsearch import AsyncElasticsearch

from bot.audit_trail import AuditTrail
from bot.bans.held import KafkaHeldBack
from bot.gate import Gate
from bot.people import People
from bot.reports.alert_history import AlertHistory
from bot.reports.delay import Delay
from bot.reports.desk import Reports
from bot.reports.drawing import Drawing
from bot.reports.reporter import Reporter
from bot.reports.search_log import SearchLog
from bot.status.prometheus import Prometheus
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.messages import now


def reports_of(
    settings: Settings,
    client: AsyncElasticsearch,
    kafka: Kafka,
    *,
    trail: AuditTrail,
    gate: Gate,
    people: People,
    held: KafkaHeldBack,
) -> Reports:
    """Reports from Elasticsearch, Prometheus, the rules in force and the topic `alerts`; nothing is asked yet."""
    url = settings.bot.prometheus_url
    reporter = Reporter(
        SearchLog(client, settings.bot.report_people),
        delays=Delay(Prometheus(url, now)) if url else None,
        alerts=AlertHistory(kafka, trail),
        held=held,
        rules=lambda: (rule for rule in gate.rules() if gate.rules().active(rule, now())),
        clock=now,
    )
    return Reports(reporter, Drawing(), lambda name: people.quiet(name).utc_offset, settings.bot.report_people)
