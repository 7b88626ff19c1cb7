"""How a shop is called: by the name that it sends along as `store_name`, else by its id."""

from bot.ui.text import clean, cut
from pipeline.contracts.messages import Product


def shop_of(product: Product, limit: int = 60) -> str:
    """The shop's name in at most `limit` characters; YML's id of a shop is its name already."""
    named = (product.model_extra or {}).get("store_name")
    name = clean(named) if isinstance(named, str) else ""
    return cut(name or clean(product.store_id), limit)
