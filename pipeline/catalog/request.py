"""What a person asks the catalogue."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.bans.rule import Rule

Language = Literal["ru", "en"]
Sort = Literal["relevance", "price_asc", "price_desc", "newest"]

# Elasticsearch refuses windows past 10,000 hits; nobody pages that far in a chat.
LAST_HIT = 1000


class SearchRequest(BaseModel):
    """A search with its narrowing. Prices are in the catalogue's currency, both ends included.

    An empty text lists everything that the filters let through. Of several brands, or shops (by id), any will do.
    `only`: none but these products. `by_offer`: variants and equal offers of several shops stand apart; otherwise a
    model is one line, and lines are what is counted.
    `cheaper`: only what costs less than before; by relevance what has fallen by the greatest share comes first.
    `size` 0: no products, only what is counted, and what comes near only where nothing is found.
    `without`: nothing that one of these rules stops, neither among the products nor in what is counted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(max_length=512)
    language: Language = "ru"
    category: str | None = None
    brands: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()
    price_min: float | None = Field(default=None, ge=0)
    price_max: float | None = Field(default=None, ge=0)
    in_stock: bool = False
    cheaper: bool = False
    only: tuple[str, ...] = ()
    without: tuple[Rule, ...] = ()
    sort: Sort = "relevance"
    by_offer: bool = False
    offset: int = Field(default=0, ge=0, le=LAST_HIT)
    size: int = Field(default=5, ge=0, le=100)

    @property
    def until(self) -> int:
        """How many lines there are up to the end of the page."""
        return self.offset + self.size
