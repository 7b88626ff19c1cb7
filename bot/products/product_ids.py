"""How buttons and links name products and lists: by themselves when they are short, else by a stand-in."""

import base64
import re

from bot.products.list_state import ListState
from bot.ui.callback_ids import mark

# Short enough to stand in a button as it is, beside a list's token.
SHORT = re.compile(r"^[A-Za-z0-9_.-]{1,28}$")


LINKABLE = re.compile(r"^[A-Za-z0-9_-]{1,60}$")


LINK_LIMIT = 64


def token(state: ListState) -> str:
    """The token of a list: eleven characters made of everything that decides what it shows."""
    return mark(state.model_dump_json(exclude={"at"}), 8)


def product_mark(product_id: str) -> str:
    """How a button names a product: its id when that is short and plain, else = and the token of its state."""
    return product_id if SHORT.match(product_id) else "=" + token(ListState(product_id=product_id))


def is_marked(product: str) -> bool:
    """Whether a button's product is a stand-in that must be looked up."""
    return product.startswith("=")


def link_payload(product_id: str) -> str | None:
    """The payload of a deep link to a product: p_<id>, or q_<base64> for ids with other characters.

    None when it takes more than Telegram's 64 characters.
    """
    if LINKABLE.match(product_id):
        return f"p_{product_id}"
    coded = base64.urlsafe_b64encode(product_id.encode("utf-8", "surrogatepass")).decode().rstrip("=")
    return f"q_{coded}" if len(coded) + 2 <= LINK_LIMIT else None


def product_of_payload(payload: str) -> str | None:
    """The product id of a deep link's payload, or None when the link is not one to a product."""
    kind, _, rest = payload.partition("_")
    if kind == "p" and rest:
        return rest
    if kind != "q":
        return None
    try:
        return base64.urlsafe_b64decode(rest + "=" * (-len(rest) % 4)).decode()
    except (ValueError, UnicodeDecodeError):
        return None
