"""What a look at one thing has found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Subject(StrEnum):
    """What was looked at."""

    KAFKA = "kafka"
    ELASTICSEARCH = "elasticsearch"
    PROMETHEUS = "prometheus"
    ALERTMANAGER = "alertmanager"
    TELEGRAM = "telegram"
    CLOCK = "clock"
    DISK = "disk"
    CHAT = "chat"


class Trouble(StrEnum):
    """What is wrong with it."""

    SILENT = "silent"
    NOT_SET = "not_set"
    TOKEN = "token"  # noqa: S105 - a kind of fault
    UNREACHED = "unreached"
    CLOCK = "clock"
    DISK = "disk"
    MOVED = "moved"
    UNKNOWN_CHAT = "unknown_chat"
    LEFT = "left"
    NO_POSTS = "no_posts"
    NO_WRITING = "no_writing"
    SLOW = "slow"
    NO_TOPICS = "no_topics"


@dataclass(frozen=True, slots=True)
class Finding:
    """The subject by its name, and what is wrong; None: all is well. `values` are what the sentence names."""

    subject: Subject
    trouble: Trouble | None = None
    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
