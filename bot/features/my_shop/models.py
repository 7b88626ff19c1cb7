"""A seller's wish that a ban be looked at again, as `chat_state` keeps it."""

from typing import Literal

from pydantic import Field

from bot.state.store import Personal, StoreSpec
from bot.ui.locale import Html, Texts
from pipeline.contracts.messages import Message, Moment, StoreId, now


class Review(Message):
    """A seller asks the admins to look at a ban again; the name is `<pseudonym>:<mark of shop and rule>`."""

    user_id: int = Field(description="Telegram's id of the seller, who is told what comes of it")
    language: Literal["ru", "en"] = "ru"
    store_id: StoreId
    rule: str
    ban: str = Field(description="stands for the very ban, see `ban_mark`")
    product: str = Field("", description="what the one product is called that the rule names")
    products: int = Field(0, description="how many of the shop's products it stops")
    outcome: Literal["", "lifted", "kept"] = ""
    by: str = Field("", description="the name of who decided, as far as it is known")
    at: Moment = Field(default_factory=now)

    def ended(self, outcome: Literal["lifted", "kept"], by: str) -> "Review":
        """The same, decided."""
        return self.model_copy(update={"outcome": outcome, "by": by})


def _asked(count: int, texts: Texts) -> Html:
    return texts.html_n("• {n} ban that you asked to review", "• {n} bans that you asked to review", count)


REVIEWS = StoreSpec("ban_review:", Review, Personal(_asked))
