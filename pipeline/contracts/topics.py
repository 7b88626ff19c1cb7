"""The one table of topics: shape, retention, and who may write and read.

`python -m pipeline topics` makes the cluster like this table and shows where it differs. A new topic is
a new row here.
"""

from dataclasses import dataclass
from enum import StrEnum

DAY_MS = 24 * 3_600_000


class Cleanup(StrEnum):
    COMPACT = "compact"
    DELETE = "delete"


@dataclass(frozen=True)
class Topic:
    """A topic of the marketplace. Readers and writers are identities, that is, names of certificates."""

    name: str
    partitions: int
    cleanup: Cleanup
    writers: frozenset[str]
    readers: frozenset[str]
    retention_days: int | None = None

    def config(self, min_insync: int = 1) -> dict[str, str]:
        """The topic's settings in Kafka, every one that we care about."""
        config = {
            "cleanup.policy": self.cleanup.value,
            "max.message.bytes": str(4 << 20),
            "min.insync.replicas": str(min_insync),
        }
        if self.cleanup is Cleanup.COMPACT:
            # Tombstones stay for 30 days: a filter or an indexer that was away for less still sees them.
            config |= {
                "delete.retention.ms": str(30 * DAY_MS),
                "segment.ms": str(DAY_MS),
                "max.compaction.lag.ms": str(DAY_MS),
            }
        else:
            config |= {"retention.ms": str(-1 if self.retention_days is None else self.retention_days * DAY_MS)}
        return config


def _topic(
    name: str, partitions: int, cleanup: Cleanup, *, writers: str, readers: str, retention_days: int | None = None
) -> Topic:
    return Topic(name, partitions, cleanup, frozenset(writers.split()), frozenset(readers.split()), retention_days)


# The feed reads back what shops have sent, so that it sends what is new alone.
PRODUCTS = _topic("products", 6, Cleanup.COMPACT, writers="feed replay", readers="filter replay feed")
FILTERED_PRODUCTS = _topic(
    "filtered_products", 6, Cleanup.COMPACT, writers="filter", readers="indexer bot spark filter replay"
)
BANS = _topic("bans", 1, Cleanup.COMPACT, writers="bot cli", readers="filter bot cli")
CLIENT_REQUESTS = _topic(
    "client_requests", 3, Cleanup.DELETE, writers="bot cli replay", readers="requests spark", retention_days=30
)
RECOMMENDATIONS = _topic("recommendations", 3, Cleanup.COMPACT, writers="spark bot", readers="bot cli spark")
ALERTS = _topic("alerts", 1, Cleanup.DELETE, writers="bot", readers="bot", retention_days=30)
CHAT_STATE = _topic("chat_state", 1, Cleanup.COMPACT, writers="bot spark", readers="bot cli spark")
# Key: the pseudonym. Apart from `chat_state`, so that nobody but the bot gives roles.
ROLES = _topic("roles", 1, Cleanup.COMPACT, writers="bot", readers="bot")
# Who speaks for which shop, and the invitations to it; apart from `chat_state` for the same reason.
SELLERS = _topic("sellers", 1, Cleanup.COMPACT, writers="bot", readers="bot")
# Key: the SHA-256 of a pseudonym. By it the request log leaves out what comes late.
FORGOTTEN = _topic("forgotten", 1, Cleanup.COMPACT, writers="spark", readers="requests spark")
AUDIT = _topic("audit", 1, Cleanup.DELETE, writers="bot cli replay", readers="bot cli requests", retention_days=365)
SHOPS = _topic("shops", 1, Cleanup.COMPACT, writers="bot cli", readers="bot cli feed filter")
FEED_RUNS = _topic("feed_runs", 1, Cleanup.DELETE, writers="feed", readers="bot cli feed", retention_days=90)
LAST_FEED_RUNS = _topic("last_feed_runs", 1, Cleanup.COMPACT, writers="feed", readers="bot cli feed")
# Key: store_id. How fetching from the shop's address stands; without it the feed service fetches everything anew.
FEED_FETCHES = _topic("feed_fetches", 1, Cleanup.COMPACT, writers="feed", readers="bot cli feed")
FEED_DECISIONS = _topic(
    "feed_decisions", 1, Cleanup.DELETE, writers="bot cli", readers="feed bot cli", retention_days=90
)
DEAD_LETTERS = _topic(
    "dead_letters",
    1,
    Cleanup.DELETE,
    writers="feed filter indexer requests bot cli replay",
    readers="bot cli replay",
    retention_days=90,
)

TOPICS: tuple[Topic, ...] = (
    PRODUCTS,
    FILTERED_PRODUCTS,
    BANS,
    CLIENT_REQUESTS,
    RECOMMENDATIONS,
    ALERTS,
    CHAT_STATE,
    ROLES,
    SELLERS,
    FORGOTTEN,
    AUDIT,
    SHOPS,
    FEED_RUNS,
    LAST_FEED_RUNS,
    FEED_FETCHES,
    FEED_DECISIONS,
    DEAD_LETTERS,
)

# Identities that write in transactions, so that a worker which was given up for dead cannot write any more. The names
# of their transactions begin like the identity.
TRANSACTIONAL: frozenset[str] = frozenset({"filter"})

# The consumer groups of each identity all begin so; Spark invents the rest of the name by itself.
GROUP_PREFIXES: dict[str, str] = {"spark": "spark-kafka-source"}


def group_prefix(identity: str) -> str:
    """How the names of an identity's consumer groups begin."""
    return GROUP_PREFIXES.get(identity, identity)
