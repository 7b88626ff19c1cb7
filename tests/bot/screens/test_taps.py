"""How many taps it takes, counted on the screens as they are; and what of a card a phone shows at once."""

import pytest

from bot.features.alerts.models import CARDS
from bot.ui.locale import LANGUAGES, Language
from ops.sandbox.objects import InlineKeyboardButton
from tests.bot.screens.market import an_alert, fill
from tests.bot.screens.screen import Screen
from tests.bot.screens.screen_faults import first_screen
from tests.bot.screens.stage import Stage, staged
from tests.bot.world.operations import GROUP
from tests.bot.world.world import bot_settings

ASKED = {"ru": "умные часы", "en": "smart watch"}
SHOP, FILTERS, SHOW, BAN, UNDO = "🛒", "⚙️", ("Показать", "Show"), "🚫", "↩️"


class Thumb:
    """A person's, which counts what it taps. A question that is sent is a tap."""

    def __init__(self, stage: Stage, user_id: int, chat_id: int | None = None) -> None:
        self._stage = stage
        self._user_id = user_id
        self._chat_id = chat_id
        self.taps = 0
        self.screen: Screen | None = None

    async def writes(self, text: str) -> None:
        self.taps += 1
        self.screen = (await self._stage.write(self._user_id, text, self._chat_id)).screens[-1]

    async def taps_on(self, *signs: str) -> None:
        """The first button whose label begins with one of the signs."""
        assert self.screen is not None
        button = button_of(self.screen, *signs)
        self.taps += 1
        answer = await self._stage.press(self._user_id, self.screen, button, self._chat_id)
        self.screen = answer.screens[-1] if answer.screens else self.screen


def button_of(screen: Screen, *signs: str) -> InlineKeyboardButton:
    found = [button for button in screen.buttons if button["text"].startswith(signs)]
    assert found, f"none of {signs} among {screen.labels} under {screen.text}"
    return found[0]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_from_a_question_to_a_card_in_two_taps_and_to_the_shop_in_one_more(language: Language) -> None:
    async with staged() as stage:
        thumb = Thumb(stage, 1001 + LANGUAGES.index(language))
        await thumb.writes(ASKED[language])
        await thumb.taps_on("1")
        assert thumb.taps == 2
        assert thumb.screen is not None
        assert button_of(thumb.screen, SHOP).get("url", "").startswith("https://")
        assert thumb.screen.buttons[0]["text"].startswith(SHOP)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_card_shows_what_matters_on_a_phones_first_screen(language: Language) -> None:
    async with staged() as stage:
        card = (await stage.write(1001 + LANGUAGES.index(language), "/start p_t1")).screens[-1]
        assert card.photo
        seen = " ".join(first_screen(card).split())
        price, stock = {"ru": ("10 990 ₽", "1 шт."), "en": ("₽10,990", "1 left")}[language]
        for fact in ("Умные часы Harbour Tide 42 мм", price, stock, "Harbour Time"):
            assert fact in seen, f"{fact} is not in {seen}"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_alert_is_acknowledged_with_one_tap(language: Language) -> None:
    async with staged(bot_settings(alert_chats=(str(GROUP),), alert_language=language)) as stage:
        operator = 3001 + LANGUAGES.index(language)
        thumb = Thumb(stage, operator, GROUP)
        thumb.screen = (await stage.happens(operator, an_alert(stage.world), GROUP)).screens[-1]
        await thumb.taps_on("✋")
        assert thumb.taps == 1
        (card,) = stage.world.store(CARDS).kept.values()
        assert card.owner


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_bad_is_banned_with_two_taps_and_back_with_one(language: Language) -> None:
    async with staged() as stage:
        admin = 2001 + LANGUAGES.index(language)
        fill(stage.world, admin, language)
        thumb = Thumb(stage, admin)
        await thumb.writes("/start p_t1")
        thumb.taps = 0
        await thumb.taps_on(BAN)
        await thumb.taps_on(BAN)
        assert thumb.taps == 2
        await thumb.taps_on(UNDO)
