"""What the bot keeps about its conversations in the topic `chat_state`: a model and a key prefix for each kind."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from pipeline.contracts.messages import Message, Moment, now

ROLE = "role:"
SETTINGS = "settings:"
LIST = "list:"
SEEN = "seen:"
DIGEST = "digest:"
FORGETTING = "forgetting:"


class RoleGrant(Message):
    """A role given in chat; its key is `role:<pseudonym>`. `customer` takes a role from the settings away."""

    role: Literal["customer", "operator", "admin"]
    user_id: int = Field(description="Telegram's id, by which admins know the person")
    name: str = ""
    by: str = Field("", description="the name of the admin who gave it")
    at: Moment = Field(default_factory=now)


class QuietHours(Message):
    """No message that nobody waits for comes from the hour `start` to the hour `end`; equal ones: at any time."""

    start: int = Field(0, ge=0, le=23)
    end: int = Field(0, ge=0, le=23)
    utc_offset: int = Field(3, ge=-12, le=14, description="hours between the person's clock and UTC")


class PersonSettings(Message):
    """What a person chose for themselves; its key is `settings:<pseudonym>`."""

    language: Literal["ru", "en"] | None = None
    quiet: QuietHours | None = None
    at: Moment = Field(default_factory=now)


class ListState(Message):
    """What a result list, or a long product id, in somebody's chat stands for; its key is `list:<token>`.

    The token is made of the content, so a second person's equal search shares it, and it names nobody.
    """

    text: str = ""
    category: str | None = None
    brand: str | None = None
    price_min: float | None = None
    price_max: float | None = None
    in_stock: bool = False
    sort: Literal["relevance", "price_asc", "price_desc", "newest"] = "relevance"
    product_id: str | None = None
    at: datetime | None = Field(None, description="when it was last needed; not a part of the token")


class Preferences(Message):
    """What a person looked at, liked and hid, the latest last; its key is `seen:<pseudonym>`."""

    recent: tuple[str, ...] = Field((), description="opened or liked")
    liked: tuple[str, ...] = ()
    hidden: tuple[str, ...] = Field((), description="hidden or disliked: never recommended again")
    at: Moment = Field(default_factory=now)


class DigestSent(Message):
    """How much of the last digest an admin has; its key is `digest:<pseudonym>`."""

    due_at: Moment
    pictures: int = Field(ge=0)


class Forgetting(Message):
    """Who is to be told when everything about them is deleted; its key is `forgetting:<pseudonym>`."""

    user_id: int
    language: Literal["ru", "en"] = "ru"
    at: Moment = Field(default_factory=now)
