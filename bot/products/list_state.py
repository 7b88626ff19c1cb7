"""What a result list, or a long offer id, in somebody's chat stands for."""

from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue, model_validator

from bot.state.store import StoreSpec
from pipeline.contracts.messages import Message


class ListState(Message):
    """What a result list, or a long offer id, in somebody's chat stands for; its key is `list:<token>`.

    The token is made of the content, so a second person's equal search shares it, and it names nobody.
    """

    text: str = ""
    category: str | None = None
    brands: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()
    price_min: float | None = None
    price_max: float | None = None
    in_stock: bool = False
    cheaper: bool = Field(False, description="only what costs less than before")
    sort: Literal["relevance", "price_asc", "price_desc", "newest"] = "relevance"
    currency: str = Field("", description="the currency in which the prices were typed, if not the marketplace's")
    rate: float = Field(0.0, description="what one of it is worth there; 0 without a rate: then no price narrows")
    offer_id: str | None = None
    at: datetime | None = Field(None, description="when it was last needed; not a part of the token")

    @model_validator(mode="before")
    @classmethod
    def _of_one_brand(cls, kept: JsonValue) -> JsonValue:
        """Lists that were kept before there could be several brands have one under another name."""
        if isinstance(kept, dict) and "brand" in kept:
            rest = {name: value for name, value in kept.items() if name != "brand"}
            return {"brands": [kept["brand"]] if kept["brand"] else [], **rest}
        return kept


LISTS = StoreSpec("list:", ListState, large=True)


def filters_of(state: ListState) -> dict[str, str]:
    """The filters that are set, by name."""
    chosen = state.model_dump(
        include={"category", "brands", "shops", "price_min", "price_max", "in_stock", "cheaper"}, exclude_defaults=True
    )
    return {name: ", ".join(value) if isinstance(value, tuple) else str(value) for name, value in chosen.items()}
