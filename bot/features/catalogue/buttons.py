"""What the buttons of the catalogue carry. A section is named by the mark of its path, a shop by that of its id."""

from bot.ui.callback_data import CallbackData
from bot.ui.roles import Role


class ShowCatalogue(CallbackData, tag="t", least=Role.CUSTOMER):
    """A page of the sections, in place of the message."""

    page: int = 0


class ShowSection(CallbackData, tag="ts", least=Role.CUSTOMER):
    """A page of what a section is made of."""

    section: str
    page: int = 0


class ShowShopList(CallbackData, tag="tl", least=Role.CUSTOMER):
    """A page of the shops."""

    page: int = 0


class NameSection(CallbackData, tag="tn", least=Role.ADMIN):
    """What a section's steps are called in the other language. `step` stands for the shops' name of one.

    what: list (all steps), ask (I write it), drop (the dictionary's word again), leave (I do not write it).
    """

    section: str
    what: str = "list"
    step: str = ""
    page: int = 0
