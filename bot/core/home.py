"""The first things of /start: what each feature offers of itself, with how it stands at this moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.core.update_context import UpdateContext
from bot.ui.reply import Button
from bot.ui.roles import Role

# More than three things that wait are a list of their own, not a greeting.
FIRST_THINGS = 3


@dataclass(frozen=True, slots=True)
class HomeButton:
    """A button of /start for people of the role `least` and above; `waits`: somebody has to do something there."""

    button: Button
    least: Role = Role.CUSTOMER
    waits: bool = False


# Must neither wait nor raise: whoever presses /start sees the answer of every feature at once.
OfferHome: TypeAlias = Callable[[UpdateContext], Sequence[HomeButton]]


class Home:
    """What the features offer, in their order."""

    def __init__(self) -> None:
        self._offers: list[OfferHome] = []

    def add(self, offer: OfferHome) -> None:
        """Ask this one too."""
        self._offers.append(offer)

    def duties(self, context: UpdateContext) -> tuple[Button, ...]:
        """The three things that a person with a role looks at first: what waits, then what their role alone may do."""
        mine = [one for one in self._of(context) if one.least is not Role.CUSTOMER]
        return tuple(one.button for one in sorted(mine, key=lambda one: (not one.waits, -one.least))[:FIRST_THINGS])

    def shop_window(self, context: UpdateContext) -> tuple[Button, ...]:
        """What there is for everybody."""
        return tuple(one.button for one in self._of(context) if one.least is Role.CUSTOMER)

    def _of(self, context: UpdateContext) -> list[HomeButton]:
        return [one for offer in self._offers for one in offer(context) if one.least <= context.role]
