"""What a result list, or a long offer id, in somebody's chat stands for."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from bot.state.store import StoreSpec
from pipeline.contracts.messages import Message


class ListState(Message):
    """What a result list, or a long offer id, in somebody's chat stands for; its key is `list:<token>`.

    The token is made of the content, so a second person's equal search shares it, and it names nobody.
    """

    text: str = ""
    category: str | None = None
    brand: str | None = None
    shops: tuple[str, ...] = ()
    price_min: float | None = None
    price_max: float | None = None
    in_stock: bool = False
    sort: Literal["relevance", "price_asc", "price_desc", "newest"] = "relevance"
    offer_id: str | None = None
    at: datetime | None = Field(None, description="when it was last needed; not a part of the token")


LISTS = StoreSpec("list:", ListState)


def filters_of(state: ListState) -> dict[str, str]:
    """The filters that are set, by name."""
    chosen = state.model_dump(
        include={"category", "brand", "shops", "price_min", "price_max", "in_stock"}, exclude_defaults=True
    )
    return {name: ", ".join(value) if isinstance(value, tuple) else str(value) for name, value in chosen.items()}
