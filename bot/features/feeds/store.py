"""What the bot keeps of feeds: which were told and decided, and the files that sellers have sent."""

from typing import Literal

from pydantic import Field

from bot.state.store import Personal, StoreSpec
from bot.ui.locale import Html, Texts
from pipeline.contracts.feeds import chat_file
from pipeline.contracts.messages import Message, Moment, now


class FeedTold(Message):
    """The shop was told what came of a feed; the name is the run's key, a colon, and the state in which it ended."""

    at: Moment


FEEDS_TOLD = StoreSpec("feed_told:", FeedTold)


class FeedDecided(Message):
    """Somebody has decided about a feed that waits; the name is the run's key. The feed service carries it out."""

    apply: bool
    by: str = Field("", description="their name, as others are shown it")
    person: str = Field("", description="their pseudonym")
    at: Moment = Field(default_factory=now)


FEEDS_DECIDED = StoreSpec("feed_decided:", FeedDecided)


class SentFile(Message):
    """A file that a seller has sent; the name is `<pseudonym>:<token>`.

    asked: which shop? fetching: it is to be put into the shop's folder. sent: it is there. failed: it cannot be.
    overdue: nobody has loaded it within a day. done: the seller has the report, of the run in the state `reported`.
    """

    token: str
    user_id: int
    file_id: str
    name: str
    size: int
    language: Literal["ru", "en"] = "ru"
    store_id: str = ""
    state: Literal["asked", "fetching", "sent", "failed", "overdue", "done"] = "asked"
    message_id: int | None = Field(None, description="the message that shows how far it is")
    shown: str = Field("", description="stands for what that message says")
    sending: bool = Field(False, description="the message is being sent; nobody knows what became of it")
    reported: str = ""
    at: Moment = Field(default_factory=now)

    @property
    def file(self) -> str:
        """The name of the file in the shop's folder."""
        return chat_file(self.token, self.name)

    def but(self, **fields: object) -> "SentFile":
        """The same with other fields."""
        return SentFile.model_validate(self.model_dump() | fields)


def _sent(count: int, texts: Texts) -> Html:
    return texts.html_n("• {n} price list that you sent today", "• {n} price lists that you sent today", count)


SENT_FILES = StoreSpec("sent_file:", SentFile, Personal(_sent))
