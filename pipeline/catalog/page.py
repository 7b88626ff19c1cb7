"""What the catalogue answers."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.catalog.line import Line
from pipeline.contracts.messages import Product

Kind = Literal["found", "corrected", "nearest", "nothing"]


class Facets(BaseModel):
    """Values of the whole answer (not of the page) with how many products have them, most frequent first.

    Shops are given by their ids.
    """

    model_config = ConfigDict(frozen=True)

    categories: tuple[tuple[str, int], ...] = ()
    brands: tuple[tuple[str, int], ...] = ()
    shops: tuple[tuple[str, int], ...] = ()
    price_min: float | None = None
    price_max: float | None = None


class SearchPage(BaseModel):
    """One page of an answer: what was asked for, then what comes near.

    kind: "found" (there are products with all that was asked for), "corrected" (the same, for the text in
    `corrected`), "nearest" (nothing has it, these come near), "nothing".
    `total` counts what was found, the same in every order; `near_total` what comes near and follows it. A product is
    found by what it is called and what its shop says it is, never by a word of its description alone. `lines` tells of
    those of the products that stand for several offers. `scores` belong to `shown` one by one.
    """

    model_config = ConfigDict(frozen=True)

    products: tuple[Product, ...] = ()
    near: tuple[Product, ...] = ()
    scores: tuple[float, ...] = ()
    total: int = 0
    near_total: int = 0
    kind: Kind = "nothing"
    corrected: str | None = None
    # Words of the text that are names of makers, in small letters.
    makers: tuple[str, ...] = ()
    # The text is the article or the id of what was found.
    exact: bool = False
    lines: dict[str, Line] = Field(default_factory=dict)
    # The lowest and the highest price of what would have been found at any price, when the price left nothing.
    beyond: tuple[float, float] | None = None
    # How many a filter of prices left out because their currency has no rate.
    no_rate: int = 0
    facets: Facets = Facets()
    took_ms: float = 0.0

    @property
    def shown(self) -> tuple[Product, ...]:
        """All products of the page in their order."""
        return (*self.products, *self.near)

    @property
    def shown_total(self) -> int:
        """How many lines there are to page through."""
        return self.total + self.near_total
