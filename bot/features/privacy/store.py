"""What the bot keeps of deletions under way: who asked, and whom to tell when all is gone."""

from typing import Literal

from pydantic import Field

from bot.state.store import StoreSpec
from pipeline.contracts.jobs import FORGET, ForgetRequest
from pipeline.contracts.messages import Message, Moment, now


class Forgetting(Message):
    """Who is to be told when everything about them is deleted; its key is `forgetting:<pseudonym>`."""

    user_id: int
    language: Literal["ru", "en"] = "ru"
    at: Moment = Field(default_factory=now)


# Read by the job, which sets `done_at`.
FORGET_REQUESTS = StoreSpec(FORGET, ForgetRequest)
FORGETTING = StoreSpec("forgetting:", Forgetting)
