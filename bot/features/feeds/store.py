"""Which waiting feeds the admins were told of."""

from bot.state.store import StoreSpec
from pipeline.contracts.messages import Message, Moment


class FeedTold(Message):
    """The admins were told that the feed waits; the name is the run's key."""

    at: Moment


FEEDS_TOLD = StoreSpec("feed_told:", FeedTold)
