"""What was understood of a query, under its answer: a button for each part, which takes it away."""

from bot.features.search.buttons import Narrow
from bot.features.search.filters import sort_words
from bot.products.list_state import ListState
from bot.products.list_words import band_words
from bot.products.offer_ids import token
from bot.products.section_names import section_name
from bot.products.shop_titles import shop_title
from bot.ui.callback_ids import mark
from bot.ui.locale import Texts
from bot.ui.reply import Button, Rows, in_rows
from bot.ui.text import clean, cut
from pipeline.catalog.query_pieces import pieces

AWAY = " ✕"
LABEL_LIMIT = 24
MOST = 8
SHORT = 14
"""Three labels of so many characters fit into a row on a phone."""


def chip_rows(state: ListState, makers: tuple[str, ...], texts: Texts) -> Rows:
    """A button for each part that was understood; none where the whole query is one thing.

    `makers`: words of the query that are names of makers.
    """
    this = token(state)
    told: list[tuple[str, Narrow]] = [
        (clean(piece.said), Narrow(this, "t", mark(piece.said))) for piece in pieces(state.text, makers)
    ]
    if state.category:
        told.append((section_name(state.category, texts), Narrow(this, "c")))
    told += [(clean(brand), Narrow(this, "b", mark(brand))) for brand in state.brands]
    told += [(shop_title(shop), Narrow(this, "h", mark(shop))) for shop in state.shops]
    if state.price_min is not None or state.price_max is not None:
        told.append((band_words((state.price_min, state.price_max), texts), Narrow(this, "p")))
    if state.in_stock:
        told.append((texts.plain("in stock"), Narrow(this, "k")))
    if state.cheaper:
        told.append((texts.plain("cheaper now"), Narrow(this, "d")))
    if state.sort != "relevance":
        told.append((sort_words(state.sort, texts), Narrow(this, "s", "relevance")))
    buttons = [Button(cut(label, LABEL_LIMIT) + AWAY, press) for label, press in told[:MOST]]
    return in_rows(buttons, 3 if all(len(button.label) <= SHORT for button in buttons) else 2)


def without_piece(state: ListState, value: str) -> ListState | None:
    """The list without the part of its text that the mark stands for; None if the text has no such part."""
    words = tuple(dict.fromkeys(word.strip(',.;:!?()«»"').lower() for word in state.text.split()))
    found = next((piece for piece in pieces(state.text) if mark(piece.said) == value), None) or next(
        (piece for word in words if word for piece in pieces(state.text, (word,)) if mark(piece.said) == value), None
    )
    return None if found is None else state.model_copy(update={"text": found.rest})
