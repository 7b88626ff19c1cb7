"""What the bot keeps in `chat_state` about a ban, or its lifting, that was asked for in a chat."""

from typing import Literal

from pydantic import Field

from pipeline.contracts.messages import Ban, Message, Moment, now

BAN_REQUEST = "ban:"

Status = Literal["asked", "waiting", "confirmed", "undone", "cancelled", "expired"]


class Admin(Message):
    """A person in a request: the pseudonym for the records, and the name that admins read."""

    id: str
    name: str = ""


class Place(Message):
    """A message that shows the request, and the language in which it does."""

    chat_id: int
    message_id: int
    language: Literal["ru", "en"]


class BanRequest(Message):
    """A ban, or the lifting of one, from its preview on; its key is `ban:<id>`.

    `decided_at` is also the `at` of the ban that it wrote, by which an Undo knows that the rule is still its own.
    A status with an effect (confirmed, undone) is kept first, `applied` follows when the effect is in `bans`, and
    `finished` when the index has followed.
    """

    action: Literal["ban", "lift"] = "ban"
    rule: str
    reason: str = ""
    until: Moment | None = None
    status: Status = "asked"
    by: Admin
    by_user: int = Field(description="Telegram's id of the admin who asked, to tell them when the ban is over")
    language: Literal["ru", "en"] = "ru"
    at: Moment = Field(default_factory=now)
    hits: int | None = Field(
        None, description="products that the ban takes down, or its lifting brings back; None: it could not be told"
    )
    examples: tuple[str, ...] = Field((), description="names of some products that the lifting brings back")
    second: Admin | None = Field(None, description="the other admin who confirmed or declined")
    decided_at: Moment | None = None
    undone_by: Admin | None = None
    undone_at: Moment | None = None
    applied: bool = False
    finished: bool = False
    closed: bool = Field(False, description="the time for Undo is over, and the messages say so")
    left: int = Field(0, description="products still to go, when the progress was given up")
    took_s: float | None = None
    previous: Ban | None = Field(None, description="the ban that the rule had before; Undo puts it back")
    places: tuple[Place, ...] = ()

    @property
    def takes_down(self) -> bool:
        """Whether products leave the index by what was decided; otherwise they come back."""
        return (self.action == "ban") is (self.status == "confirmed")
