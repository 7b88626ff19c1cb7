"""One clock a person, by which every time in the chat is told."""

from bot.container.foundation import Foundation
from bot.container.registration import Command, Feature, on
from bot.features.clock.buttons import SetClock
from bot.features.clock.handlers import ask_clock, press_clock, set_clock
from bot.features.clock.services import ClockServices
from bot.ui.buttons import ShowClock
from bot.ui.locale import later
from bot.ui.roles import Role


def build(base: Foundation) -> ClockServices:
    """From what all features share."""
    return ClockServices(base.persons.people, base.persons, base.clock)


CLOCK = Feature(
    name="clock",
    build=build,
    commands=(Command("clock", ask_clock, Role.CUSTOMER, later("your clock"), listed=False),),
    buttons=(on(ShowClock, press_clock), on(SetClock, set_clock)),
)
