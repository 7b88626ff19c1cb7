"""Where cards appear."""

import pytest

from bot.features.alerts.destination import Destination, card_token, destinations
from ops.errors import StartupError
from ops.settings import BotSettings, load


def test_each_chat_has_a_topic_of_its_own_or_none() -> None:
    settings = BotSettings(alert_chats=("-100500", "-100600:7", "3001"))
    assert destinations(settings) == (Destination(-100500), Destination(-100600, 7), Destination(3001))


def test_cards_of_two_topics_of_a_forum_are_two() -> None:
    tokens = {card_token("g", place) for place in (Destination(-1), Destination(-1, 7), Destination(-1, 8))}
    assert len(tokens) == 3


@pytest.mark.parametrize("value", ["group", "-100500:", "-100500:x", "-100500:0", "1:2:3", "@chat"])
def test_what_is_no_chat_is_one_sentence(value: str) -> None:
    with pytest.raises(StartupError, match="YARMARKA_BOT__ALERT_CHATS"):
        load({"YARMARKA_BOT__ALERT_CHATS": value})
