"""Reports by customers as `chat_state` keeps them: one a person and offer, and one case an offer for the admins."""

from datetime import datetime
from typing import Literal, TypeAlias, get_args

from pydantic import Field

from bot.state.store import Personal, StoreSpec
from bot.ui.callback_ids import mark
from bot.ui.locale import Html, Texts
from pipeline.contracts.messages import Message, Moment, now

Reason: TypeAlias = Literal["fake", "law", "wrong", "other"]
REASONS: tuple[Reason, ...] = get_args(Reason)
Outcome: TypeAlias = Literal["banned", "dismissed", "gone", "withdrawn"]


class Complaint(Message):
    """What one person reports of one offer; its key is `complaint:<pseudonym>:<mark of the offer>`."""

    user_id: int = Field(description="Telegram's id of the person, who is told what came of it; 0: they were")
    language: Literal["ru", "en"] = "ru"
    offer_id: str
    name: str = Field(description="what the product was called then")
    reason: Reason
    text: str = ""
    late: bool = Field(False, description="the person's last ones were dismissed: it counts when others report it too")
    outcome: Outcome | None = None
    decided_at: Moment | None = None
    at: Moment = Field(default_factory=now)

    def with_text(self, text: str) -> "Complaint":
        """The same in the person's own words."""
        return self.model_copy(update={"text": text})

    def decided(self, outcome: Outcome, at: datetime) -> "Complaint":
        """The same after the person was told what came of it; their Telegram id and words are needed no longer."""
        return self.model_copy(update={"outcome": outcome, "decided_at": at, "user_id": 0, "text": ""})


class Case(Message):
    """What the admins are asked about one offer; its key is `complaint_case:<mark of the offer>`."""

    offer_id: str
    name: str
    outcome: Outcome | None = None
    by: str = Field("", description="the name of the admin who decided")
    people: int = Field(0, description="how many had reported it when it was decided")
    decided_at: Moment | None = None
    at: Moment = Field(default_factory=now)

    def decided(self, outcome: Outcome, at: datetime, *, by: str, people: int) -> "Case":
        """The case with its end."""
        return self.model_copy(update={"outcome": outcome, "decided_at": at, "by": by, "people": people})


def case_mark(offer_id: str) -> str:
    """How keys and buttons name the case of an offer."""
    return mark(offer_id, 8)


def _kept(count: int, texts: Texts) -> Html:
    return texts.html_n("• {n} report on a product", "• {n} reports on products", count)


COMPLAINTS_KEPT = StoreSpec("complaint:", Complaint, Personal(_kept))
CASES_KEPT = StoreSpec("complaint_case:", Case)
