"""What the catalogue answers."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from pipeline.contracts.messages import Product

Kind = Literal["found", "corrected", "nearest", "nothing"]


class Facets(BaseModel):
    """Values of the whole answer (not of the page) with how many products have them, most frequent first."""

    model_config = ConfigDict(frozen=True)

    categories: tuple[tuple[str, int], ...] = ()
    brands: tuple[tuple[str, int], ...] = ()
    price_min: float | None = None
    price_max: float | None = None


class SearchPage(BaseModel):
    """One page of an answer.

    kind: "found" (products with all that was asked), "corrected" (the same, for the text in `corrected`),
    "nearest" (nothing has all the words, these have the most telling ones), "nothing".
    `total` counts the whole answer, `scores` belong to `products` one by one.
    """

    model_config = ConfigDict(frozen=True)

    products: tuple[Product, ...] = ()
    scores: tuple[float, ...] = ()
    total: int = 0
    kind: Kind = "nothing"
    corrected: str | None = None
    facets: Facets = Facets()
    took_ms: float = 0.0
