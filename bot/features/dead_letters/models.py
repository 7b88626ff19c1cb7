"""The job that settles many dead letters, as `chat_state` keeps it: one at a time, until its end was shown."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from bot.core.place import Place
from bot.state.store import StoreSpec
from pipeline.contracts.messages import Message, Moment
from pipeline.dead_letters.letters import Outcome
from pipeline.dead_letters.settling import Action, LetterOrder, SettlingProgress
from pipeline.kafka.audit import Actor


class LetterJob(Message):
    """All letters of a reason that do not come after `upto`, replayed or discarded by an admin's order.

    How far it is stands in the topic of the letters itself; here is what was ordered, and how it ended.
    """

    job: str
    action: Action
    reason: str
    upto: int
    letters: int = Field(description="how many there were when it was ordered")
    by: str = Field(description="the admin's pseudonym")
    by_name: str
    by_role: str
    at: Moment
    status: Literal["running", "stopping", "ended", "stopped"] = "running"
    outcomes: dict[Outcome, int] = Field(default_factory=dict)
    refused: int = 0
    places: tuple[Place, ...] = ()

    @classmethod
    def ordered(cls, order: LetterOrder, letters: int, at: datetime, place: Place | None) -> "LetterJob":
        """A job that begins now, and the message that shows it."""
        return cls(
            job=order.job,
            action=order.action,
            reason=order.reason,
            upto=order.upto,
            letters=letters,
            by=order.by.id,
            by_name=order.by.name,
            by_role=order.by.role,
            at=at,
            places=() if place is None else (place,),
        )

    @property
    def order(self) -> LetterOrder:
        """What is to be done."""
        by = Actor(self.by, self.by_name, self.by_role)
        why = f"discarded in chat by {by.name}" if self.action is Action.DISCARD else ""
        return LetterOrder(self.action, self.job, by, why, self.reason, self.upto)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be done."""
        return self.status in {"ended", "stopped"}

    @property
    def done(self) -> int:
        """How many letters it has been through."""
        return min(sum(self.outcomes.values()) + self.refused, self.letters)

    def at_progress(self, progress: SettlingProgress) -> "LetterJob":
        """As far as it is now."""
        return self.model_copy(update={"outcomes": dict(progress.outcomes), "refused": progress.refused})

    def stopping(self) -> "LetterJob":
        """To end after what is under way."""
        return self if self.is_over else self.model_copy(update={"status": "stopping"})

    def over(self) -> "LetterJob":
        """At its end, or where it was stopped; a stop that came after the last letter stopped nothing."""
        stopped = self.status == "stopping" and self.done < self.letters
        return self.model_copy(update={"status": "stopped" if stopped else "ended"})

    def shown_in(self, place: Place | None) -> "LetterJob":
        """With one more message that shows it."""
        if place is None or place in self.places:
            return self
        return self.model_copy(update={"places": (*self.left_by(place).places[-MOST_PLACES:], place)})

    def left_by(self, place: Place) -> "LetterJob":
        """Without a message that shows something else from now on."""
        return self.model_copy(update={"places": tuple(one for one in self.places if not same_message(one, place))})


def same_message(one: Place, other: Place) -> bool:
    """Whether both are the same message, whatever its language."""
    return (one.chat_id, one.message_id) == (other.chat_id, other.message_id)


MOST_PLACES = 9
JOBS = StoreSpec("letter_job:", LetterJob)
