"""Everybody walks everywhere, in both languages, and reads no other language, no code, and comes to no dead end."""

import pytest

from bot.application.features import FEATURES
from bot.ui.locale import LANGUAGES, Language
from tests.bot.screens.walk import Walk, Walker
from tests.bot.world.operations import GROUP

COMMANDS = tuple(f"/{command.name}" for feature in FEATURES for command in feature.commands)
WRITTEN = ("умные часы", "smart watch", "привет", "hello", "asdfgh", "часы до 5000", "где мой заказ",
           "where is my order", "!!!", "/search чайник", "/search 0000", "/start p_t1", "/start zzz",
           "/nosuch")  # fmt: skip
ASKED_OF_ADMINS = (
    "/ban brand:Harbour", "/ban seller:harbour-time", "/ban category:Умные часы", "/ban product:t1",
    "/ban keyword:titan", "/ban brand:Торв", "/ban сфоф", "/unban brand:Tavr", "/unban сфоф", "/report day",
    "/ban Harbour fakes", "/shops add", "/why часы до 5000 t1", "/why чайник zzz", "/trace t1", "/trace zzz",
    "/roles grant", "/roles 3001",
)  # fmt: skip
ASKED_OF_OPERATORS = ("/drill filter", "/trace t1", "/silences", "/alerts")


def _walkers(language: Language) -> dict[str, Walker]:
    place = LANGUAGES.index(language)
    customer, admin, operator, stranger = ((1001, 1002)[place], (2001, 2002)[place], (3001, 3002)[place], 5551 + place)
    made = {
        "customer": Walker(customer, language, (*COMMANDS, *WRITTEN, "(a price falls)")),
        "seller": Walker(
            customer, language, (*COMMANDS, "/trace t1", "(a feed waits)", "(a feed is loaded)"), seller=True
        ),
        "admin": Walker(admin, language, (*COMMANDS, *ASKED_OF_ADMINS, "(a feed waits)"), staff=True),
        "operator": Walker(operator, language, (*COMMANDS, *ASKED_OF_OPERATORS), staff=True),
        "group": Walker(
            operator, language, (*ASKED_OF_OPERATORS, "(an alert)", "(an alert is over)"), chat_id=GROUP, staff=True
        ),
        "stranger": Walker(stranger, language, (*COMMANDS, *WRITTEN)),
    }
    return {f"{name}-{language}": walker for name, walker in made.items()}


WALKERS = {name: walker for language in LANGUAGES for name, walker in _walkers(language).items()}
# Fewer would mean that a walk stops at a door that used to be open.
FEWEST = 60


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", WALKERS)
async def test_a_walk_through_every_screen(name: str) -> None:
    walk = Walk(WALKERS[name])
    faults = await walk.go()
    assert faults == [], "\n".join(("", *faults))
    assert walk.screens >= FEWEST
