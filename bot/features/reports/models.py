"""What the bot keeps of digests."""

from pydantic import Field

from bot.state.store import StoreSpec
from pipeline.contracts.messages import Message, Moment


class DigestSent(Message):
    """How much of the last digest an admin has; its key is `digest:<pseudonym>`."""

    due_at: Moment
    pictures: int = Field(ge=0)


DIGESTS = StoreSpec("digest:", DigestSent)
