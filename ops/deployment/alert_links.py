"""Which panel shows what an alert is about; the deployment's rules carry the link, and the card shows it."""

import re

from ops.dashboards.boards import BOT, KAFKA, OVERVIEW, PIPELINE, SEARCH, SPARK
from ops.dashboards.panel import Dashboard

PANELS: dict[str, tuple[Dashboard, str]] = {
    "ServiceDown": (OVERVIEW, "Services"),
    "ServiceNotReady": (OVERVIEW, "Not ready"),
    "BackgroundWorkFails": (OVERVIEW, "Work in the background that began again"),
    "CertificateExpiring": (OVERVIEW, "Certificates end in"),
    "ConsumerLagGrowing": (KAFKA, "Lag"),
    "NoCommit": (KAFKA, "Seconds since the last commit"),
    "KafkaUnderReplicated": (KAFKA, "Partitions with too few copies"),
    "KafkaOfflinePartitions": (KAFKA, "Partitions without a leader"),
    "KafkaOfflineLogDirectories": (KAFKA, "Log directories out of use"),
    "LogLost": (KAFKA, "Logs that were found to differ, minutes ago"),
    "ReaderLostItsPlace": (KAFKA, "Logs that were found to differ, minutes ago"),
    "PartitionsRaised": (KAFKA, "Logs that were found to differ, minutes ago"),
    "DiskFilling": (OVERVIEW, "Room left on disks"),
    "DiskFull": (OVERVIEW, "Room left on disks"),
    "DeadLetters": (PIPELINE, "Put aside in dead_letters"),
    "FilterErrors": (PIPELINE, "Products decided"),
    "FeedCannotMoveFiles": (PIPELINE, "Files of feeds in an hour"),
    "ShopSilent": (PIPELINE, "Hours since the last feed of each shop"),
    "IndexingDelay": (PIPELINE, "From the decision to the index"),
    "IndexerRetrying": (PIPELINE, "Bulk requests sent again"),
    "RequestLogGap": (PIPELINE, "Requests written to the log"),
    "RequestSpoolFilling": (PIPELINE, "Requests that wait on disk for Kafka"),
    "ElasticsearchDown": (PIPELINE, "Elasticsearch answers"),
    "ElasticsearchRed": (PIPELINE, "Elasticsearch: 0 green, 1 yellow, 2 red"),
    "JobFailed": (SPARK, "The last run failed"),
    "JobResultsOld": (SPARK, "Since the last success"),
    "SearchSlow": (SEARCH, "A search"),
    "SearchErrors": (SEARCH, "Part that failed"),
    "TelegramErrors": (BOT, "Part of the calls that failed"),
    "OutboxFilling": (BOT, "Messages that wait for Telegram"),
    "UpdatesNotKept": (BOT, "Updates that found no room on disk"),
    "StateNotWritten": (BOT, "State that found no room on disk"),
}
ALERT = re.compile(r"\s*- alert: (\w+)")
ANNOTATIONS = re.compile(r"(\s*)annotations:\s*$")


def link(alert: str, base: str) -> str | None:
    """The panel's address in the Grafana at `base`; None for an alert that has no panel."""
    if alert not in PANELS:
        return None
    dashboard, title = PANELS[alert]
    return f"{base}/d/{dashboard.uid}?viewPanel={dashboard.number(title)}"


def with_links(rules: str, base: str) -> str:
    """A file of rules, each alert with `dashboard_url` among its annotations; nothing else is changed."""
    lines: list[str] = []
    alert = ""
    for text in rules.splitlines():
        lines.append(text)
        if found := ALERT.match(text):
            alert = found[1]
        elif (found := ANNOTATIONS.match(text)) and (url := link(alert, base)):
            lines.append(f'{found[1]}  dashboard_url: "{url}"')
    return "\n".join(lines) + "\n"
