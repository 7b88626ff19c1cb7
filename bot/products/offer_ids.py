"""How buttons and links name offers and lists: by themselves when they are short, else by a stand-in."""

import base64
import re

from pydantic_core import to_json

from bot.products.list_state import ListState
from bot.ui.callback_ids import mark
from pipeline.contracts.messages import OFFER_DIVIDER

# Short enough to stand in a button as it is, beside a list's token.
SHORT = re.compile(r"^[A-Za-z0-9_./-]{1,28}$")


LINKABLE = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
# Fields that lists of old did not have.
_YOUNGER = frozenset({"shops", "cheaper", "currency", "rate"})
# A link may not hold the slash of an offer's id.
LINK_DIVIDER = "__"


def token(state: ListState) -> str:
    """The token of a list: eleven characters made of everything that decides what it shows."""
    return mark(to_json(_told(state)).decode(), 8)


def _told(state: ListState) -> dict[str, object]:
    """What the token is made of: said as lists of old said it, as far as they could, so that they keep their tokens."""
    told: dict[str, object] = {}
    for name, value in state.model_dump(exclude={"at"}).items():
        if name == "brands" and len(state.brands) <= 1:
            told["brand"] = state.brands[0] if state.brands else None
        elif value or name not in _YOUNGER:
            told[name] = value
    return told


def product_mark(offer_id: str) -> str:
    """How a button names an offer: its id when that is short and plain, else = and the token of its state."""
    return offer_id if SHORT.match(offer_id) else "=" + token(ListState(offer_id=offer_id))


def is_marked(product: str) -> bool:
    """Whether a button's product is a stand-in that must be looked up."""
    return product.startswith("=")


def is_kept(payload: str) -> bool:
    """Whether a link's payload is a stand-in that must be looked up."""
    return payload.startswith("t_")


def link_payload(offer_id: str) -> str:
    """The payload of a deep link to an offer, within Telegram's 64 characters of A-Z, a-z, 0-9, _ and -.

    p_<shop>__<id> for plain ones, q_<base64> for ids with other characters, and t_<token> for long ones, whose state
    must be kept (`ListStore.keep_linked`).
    """
    plain = f"p_{offer_id.replace(OFFER_DIVIDER, LINK_DIVIDER, 1)}"
    coded = f"q_{base64.urlsafe_b64encode(offer_id.encode('utf-8', 'surrogatepass')).decode().rstrip('=')}"
    for payload in (plain, coded):
        if LINKABLE.match(payload) and offer_of_payload(payload) == offer_id:
            return payload
    return f"t_{token(ListState(offer_id=offer_id))}"


def offer_of_payload(payload: str) -> str | None:
    """The offer of a deep link's payload as a button names it; None when the link is not one to an offer.

    A link of old names no shop: then it is the shop's own id alone.
    """
    kind, _, rest = payload.partition("_")
    if kind == "p" and rest:
        return rest.replace(LINK_DIVIDER, OFFER_DIVIDER, 1)
    if kind == "t" and rest:
        return f"={rest}"
    if kind != "q":
        return None
    try:
        return base64.urlsafe_b64decode(rest + "=" * (-len(rest) % 4)).decode() or None
    except (ValueError, UnicodeDecodeError):
        return None
