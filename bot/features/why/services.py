"""What `/why` stands on."""

from dataclasses import dataclass

from bot.products.offers import Products


@dataclass(frozen=True, slots=True)
class WhyServices:
    """The products with their search."""

    products: Products
