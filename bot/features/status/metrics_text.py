"""A service's own metrics, as much of them as /status shows."""

from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client.parser import text_string_to_metric_families

from bot.features.status.report import JobHealth, ServiceStatus

LAG = "yarmarka_consumer_lag_messages"
COMMIT = "yarmarka_consumer_last_commit_timestamp_seconds"
BUILD = "yarmarka_build_info"
READY = "yarmarka_ready"
JOB_SUCCESS = "yarmarka_job_last_success_timestamp_seconds"
JOB_FAILED = "yarmarka_job_failed"
JOB_FAILURE = "yarmarka_job_failure_info"

Samples = dict[str, list[tuple[dict[str, str], float]]]


def samples_of(text: str) -> Samples:
    """Name → (labels, value) of the text that /metrics answers. Raises ValueError."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((dict(sample.labels), float(sample.value)))
    return found


def service_of(name: str, samples: Samples) -> ServiceStatus:
    """The service whose metrics these are."""
    waiting = sorted(labels.get("condition", "?") for labels, value in samples.get(READY, ()) if not value)
    lags = [value for _, value in samples.get(LAG, ())]
    commits = [value for _, value in samples.get(COMMIT, ()) if value]
    return ServiceStatus(
        name=name,
        good=not waiting,
        codes=tuple(waiting),
        version=next((labels.get("version", "") for labels, _ in samples.get(BUILD, ())), ""),
        lag=int(sum(lags)) if lags else None,
        committed_at=moment_of(max(commits)) if commits else None,
    )


def jobs_of(samples: Samples) -> Iterator[JobHealth]:
    """The jobs that the service has run."""
    failed = {labels.get("job_name", "") for labels, value in samples.get(JOB_FAILED, ()) if value}
    ended = {labels.get("job_name", ""): value for labels, value in samples.get(JOB_SUCCESS, ())}
    reasons = {
        labels.get("job_name", ""): labels.get("reason", "") for labels, value in samples.get(JOB_FAILURE, ()) if value
    }
    for name in sorted(failed | set(ended)):
        success_at = moment_of(ended[name]) if ended.get(name) else None
        yield JobHealth(name, name in failed, success_at, reasons.get(name, "") if name in failed else "")


def moment_of(seconds: float) -> datetime:
    """A moment from seconds since the epoch."""
    return datetime.fromtimestamp(seconds, UTC)
