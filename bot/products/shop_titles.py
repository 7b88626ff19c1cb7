"""What people see of a shop, wherever only its id is at hand."""

from collections.abc import Callable

from bot.ui.text import clean


class ShopTitles:
    """Asks the registry of shops, as soon as there is one; without it, a shop is called by its id."""

    def __init__(self) -> None:
        self._shown: Callable[[str], str] = str

    def follow(self, shown: Callable[[str], str]) -> None:
        """Ask this from now on."""
        self._shown = shown

    def title(self, store_id: str) -> str:
        """The shop's name at this moment, as plain text of one line."""
        return clean(self._shown(store_id)) or clean(store_id)


# One for the process, as the names of sections are.
TITLES = ShopTitles()


def shop_title(store_id: str) -> str:
    """What people see of the shop at this moment."""
    return TITLES.title(store_id)
