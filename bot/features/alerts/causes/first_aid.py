"""What may help at once, by the alert: only what is safe to do twice. Pure."""

from dataclasses import dataclass

from bot.features.alerts.models import Alert

# What a rebuilt index mends: one that is broken, or lacks what its reader did not see.
OF_THE_INDEX = frozenset({"ElasticsearchRed", "IndexerRetrying", "IndexingDelay", "LogLost", "ReaderLostItsPlace"})
COMMANDS = {
    "DeadLetters": "dead_letters",
    "FilterErrors": "dead_letters",
    "ShopSilent": "feeds",
    "FeedCannotMoveFiles": "feeds",
    "ServiceDown": "status",
    "ServiceNotReady": "status",
}
REBUILD = "python -m pipeline index --rebuild"


@dataclass(frozen=True, slots=True)
class FirstAid:
    """The job to run now, the command of the bot that shows what to do, the command for a terminal; empty: none."""

    job: str = ""
    command: str = ""
    terminal: str = ""


def first_aid(alert: Alert) -> FirstAid:
    """What may help with this alert."""
    name = alert.labels.get("alertname", "")
    return FirstAid(
        job=alert.labels.get("job_name", ""),
        command=COMMANDS.get(name, ""),
        terminal=REBUILD if name in OF_THE_INDEX else "",
    )
