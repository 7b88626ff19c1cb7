"""The saved search as it stands under a result list: off, or on."""

from bot.features.watches.buttons import SaveSearch, StopWatch
from bot.features.watches.services import WatchServices
from bot.features.watches.store import search_mark, search_name
from bot.products.list_state import ListState
from bot.products.list_words import has_filters
from bot.products.offer_ids import token
from bot.ui.locale import Texts
from bot.ui.reply import Button

# One letter is nothing that somebody could wait for.
LETTERS = 2


def save_search_row(services: WatchServices, state: ListState, person: str, texts: Texts) -> tuple[Button, ...]:
    """The button with its state; none under what nobody can wait for, as a smile or a full stop."""
    if not worth_following(state):
        return ()
    return (search_button(state, texts, on=services.watches.watches(search_name(person, state))),)


def worth_following(state: ListState) -> bool:
    """Whether the search says what it is for."""
    return has_filters(state) or sum(character.isalnum() for character in state.text) >= LETTERS


def search_button(state: ListState, texts: Texts, *, on: bool) -> Button:
    """What takes the search off when it is followed, and else follows it."""
    if on:
        return Button(texts.plain("✓ Following this search"), StopWatch(search_mark(state), way="b"))
    return Button(texts.plain("🔔 Follow this search"), SaveSearch(token(state)))


def search_button_again(state: ListState, texts: Texts) -> Button:
    """In place of the button that took the search off: the way back."""
    return Button(texts.plain("↩️ Follow it again"), SaveSearch(token(state)))
