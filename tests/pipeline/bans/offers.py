"""A product as a decision sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SmallOffer:
    """Only what `decide` looks at."""

    product_id: str = "p1"
    store_id: str = "shop-1"
    name: str = ""
    description: str = ""
    category: str = ""
    brand: str = ""
    tags: tuple[str, ...] = ()
    specifications: Mapping[str, object] = field(default_factory=dict)

    @property
    def offer_id(self) -> str:
        return f"{self.store_id}/{self.product_id}"
