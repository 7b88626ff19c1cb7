"""How fetching from the shops' addresses stands, followed: for those who show it."""

from ops.kafka import Kafka
from pipeline.contracts.feeds import FeedFetch
from pipeline.contracts.topics import FEED_FETCHES
from pipeline.kafka.live_view import LiveView


def fetch_view(kafka: Kafka) -> LiveView[FeedFetch]:
    """The view of `feed_fetches`, by the shop's id; to be entered."""
    return LiveView(kafka, FEED_FETCHES, FeedFetch)
