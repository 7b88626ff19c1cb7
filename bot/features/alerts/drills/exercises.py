"""Of what there are drills, and which alerts each fault is known to cause."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.features.alerts.models import Notification
from bot.ui.locale import later


@dataclass(frozen=True, slots=True)
class Consequence:
    """Another alert that may follow: its names, of which services (empty: of any), and what people read of it before.

    It may come late, for the rules look back over minutes.
    """

    names: frozenset[str]
    about: str
    services: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Exercise:
    """What the fault of a part looks like: the labels of its alert, how long the part is kept away, what may follow."""

    labels: Mapping[str, str]
    away_s: float
    consequences: tuple[Consequence, ...] = field(default=())

    def causes(self, notification: Notification) -> bool:
        """Whether the fault is known to cause this group."""
        labels = notification.group_labels or (notification.alerts[0].labels if notification.alerts else {})
        if all(labels.get(name) == value for name, value in self.labels.items()):
            return True
        name, service = labels.get("alertname", ""), labels.get("service", "")
        return any(
            name in follows.names and (not follows.services or service in follows.services)
            for follows in self.consequences
        )


def _behind(*services: str) -> tuple[Consequence, ...]:
    """What follows from a consumer that stands still."""
    return (
        Consequence(frozenset({"ServiceNotReady"}), later("a service is not ready"), frozenset(services)),
        Consequence(
            frozenset({"NoCommit", "ConsumerLagGrowing"}), later("a service falls behind"), frozenset(services)
        ),
    )


# The schedule does not wait for a drill, and a failed job stays on its card until its next run.
_JOB = Consequence(frozenset({"JobFailed"}), later("a background job fails"))
_WORK = Consequence(frozenset({"BackgroundWorkFails"}), later("background work restarts"))
_LOG = Consequence(frozenset({"RequestLogGap", "RequestSpoolFilling"}), later("a gap in the request log"))
_DELAY = Consequence(frozenset({"IndexingDelay"}), later("products reach the search late"))

EXERCISES: dict[str, Exercise] = {
    "filter": Exercise({"alertname": "ServiceDown", "service": "filter"}, 30, _behind("filter")),
    "indexer": Exercise({"alertname": "ServiceDown", "service": "indexer"}, 30, (*_behind("indexer"), _DELAY)),
    "kafka": Exercise(
        {"alertname": "ServiceDown", "service": "kafka"},
        30,
        (*_behind(), Consequence(frozenset({"KafkaUnderReplicated", "KafkaOfflinePartitions"}),
                                 later("Kafka's partitions are away")), _LOG, _DELAY, _JOB, _WORK),
    ),
    "elasticsearch": Exercise(
        {"alertname": "ElasticsearchDown"},
        45,
        (
            Consequence(frozenset({"ElasticsearchRed"}), later("a part of the index is away")),
            Consequence(frozenset({"SearchErrors", "SearchSlow"}), later("searches fail or are slow")),
            Consequence(frozenset({"IndexerRetrying"}), later("the indexer retries")),
            *_behind(),
            _DELAY, _LOG, _JOB, _WORK,
        ),
    ),
}  # fmt: skip
