"""Kafka away: people hear of it once, straight, and once when it is over, whoever was restarted meanwhile."""

from datetime import timedelta
from pathlib import Path

import pytest
from telegram.error import TimedOut

from bot.features.alerts.arrival.direct_alerts import MOST, DirectAlerts
from bot.features.alerts.arrival.inbox import Fate
from bot.features.alerts.arrival.last_resort import TELL_AFTER, LastResort
from bot.features.alerts.arrival.told_file import ToldFile
from bot.features.alerts.destination import Destination, people_of
from bot.features.alerts.models import HEARTBEATS
from bot.features.alerts.routes import AlertRouting
from bot.ui.locale import Texts, texts
from bot.ui.reply import Reply
from tests.bot.world.alert_samples import alert, notification, payload, resolved
from tests.bot.world.limits import check
from tests.bot.world.memory import Clock
from tests.bot.world.operations import Operations
from tests.bot.world.world import World, bot_settings
from tests.waiting import until

CHAT, FORUM = Destination(-1), Destination(-2, 7)


class Chats:
    """Telegram, as far as something is said straight."""

    def __init__(self, path: Path) -> None:
        self.clock = Clock()
        self.path = path / "told.json"
        self.said: list[tuple[Destination, str]] = []
        self.away: set[Destination] = set()
        self.places = (CHAT, FORUM)

    async def say(self, place: Destination, reply: Reply) -> None:
        if place in self.away:
            raise TimedOut("no network")
        check(reply)
        assert not reply.buttons
        self.said.append((place, reply.text))

    def resort(self) -> LastResort:
        """As a bot that starts now has it."""
        return LastResort(ToldFile(self.path), self.say, self.places, self.words, self.clock)

    def alerts(self) -> DirectAlerts:
        return DirectAlerts(ToldFile(self.path), self.say, AlertRouting((), self.places), self.words, self.clock)

    def words(self, chat_id: int) -> Texts:
        return texts("ru" if chat_id == CHAT.chat_id else "en")

    def heard(self, place: Destination) -> list[str]:
        return [text for to, text in self.said if to == place]


@pytest.fixture
def chats(tmp_path: Path) -> Chats:
    return Chats(tmp_path)


async def test_each_chat_is_told_once_in_its_language_and_once_when_it_is_over(chats: Chats) -> None:
    since, resort = chats.clock(), chats.resort()
    for _ in range(100):
        chats.clock.pass_by(seconds=2)
        await resort.look(since)
    assert [len(chats.heard(place)) for place in chats.places] == [1, 1]
    assert "Kafka не отвечает с 24 ноября, 15:00" in chats.heard(CHAT)[0]
    assert "Kafka has not answered since" in chats.heard(FORUM)[0]
    for _ in range(3):
        await resort.look(None)
    assert [len(chats.heard(place)) for place in chats.places] == [2, 2]
    assert "снова отвечает, её не было 3 мин" in chats.heard(CHAT)[1].replace("\u00a0", " ")


async def test_it_is_told_within_two_minutes(chats: Chats) -> None:
    since, resort = chats.clock(), chats.resort()
    chats.clock.pass_by(seconds=TELL_AFTER.total_seconds() - 1)
    await resort.look(since)
    assert not chats.said
    chats.clock.pass_by(seconds=2)
    await resort.look(since)
    assert len(chats.said) == 2
    assert timedelta(minutes=1) > TELL_AFTER


async def test_a_restart_in_the_middle_repeats_nothing_and_tells_the_end(chats: Chats) -> None:
    since = chats.clock()
    chats.clock.pass_by(minutes=1)
    await chats.resort().look(since)
    for _ in range(3):
        # A bot that was started anew notices the absence anew; the file knows since when.
        chats.clock.pass_by(minutes=1)
        await chats.resort().look(chats.clock())
    assert len(chats.said) == 2
    await chats.resort().look(None)
    assert "4 мин" in chats.heard(CHAT)[1].replace("\u00a0", " ")
    await chats.resort().look(None)
    assert len(chats.said) == 4


async def test_a_short_absence_is_nobodys_matter(chats: Chats) -> None:
    resort, since = chats.resort(), chats.clock()
    for _ in range(10):
        chats.clock.pass_by(seconds=4)
        await resort.look(since)
    await resort.look(None)
    chats.clock.pass_by(minutes=10)
    await resort.look(chats.clock())
    assert not chats.said


async def test_a_chat_that_telegram_did_not_reach_is_told_later_and_the_other_once(chats: Chats) -> None:
    resort, since = chats.resort(), chats.clock()
    chats.away.add(FORUM)
    chats.clock.pass_by(minutes=1)
    await resort.look(since)
    await resort.look(since)
    assert [len(chats.heard(place)) for place in chats.places] == [1, 0]
    chats.away.clear()
    await resort.look(since)
    await resort.look(since)
    assert [len(chats.heard(place)) for place in chats.places] == [1, 1]


async def test_a_file_that_nobody_can_read_or_write_keeps_nobody_from_being_told(chats: Chats) -> None:
    chats.path.mkdir()
    resort, since = chats.resort(), chats.clock()
    chats.clock.pass_by(minutes=1)
    await resort.look(since)
    await resort.look(since)
    assert len(chats.said) == 2


def test_without_alert_chats_the_people_of_the_settings_are_told() -> None:
    assert people_of(bot_settings(alert_chats=("-5:3",))) == (Destination(-5, 3),)
    assert [place.chat_id for place in people_of(bot_settings())] == [3001, 3002, 2001, 2002]


async def _told(alerts: DirectAlerts, chats: Chats, count: int) -> None:
    """Let it say what it has, until a chat has heard so much."""
    while alerts._waiting:
        await alerts._say_next()
    assert len(chats.heard(CHAT)) == count


async def test_a_critical_alert_is_told_once_however_often_alertmanager_sends_it(chats: Chats) -> None:
    alerts, told = chats.alerts(), notification(payload())
    for _ in range(5):
        alerts.take(told, Fate.NOT_STORED)
        await _told(alerts, chats, 1)
    assert "Служба kafka не отвечает" in chats.heard(CHAT)[0]
    assert "придёт ещё раз карточкой" in chats.heard(CHAT)[0]
    # After a restart too.
    alerts = chats.alerts()
    alerts.take(told, Fate.NOT_STORED)
    await _told(alerts, chats, 1)
    alerts.take(notification(resolved()), Fate.NOT_STORED)
    await _told(alerts, chats, 2)
    assert "Служба kafka снова отвечает" in chats.heard(CHAT)[1]


async def test_warnings_wait_for_their_cards(chats: Chats) -> None:
    alerts = chats.alerts()
    labels = {"alertname": "Slow", "severity": "warning"}
    alerts.take(notification(payload("Slow", "bot", alert("Slow", "bot", labels=labels))), Fate.NOT_STORED)
    alerts.take(notification(resolved("Other", "bot")), Fate.NOT_STORED)
    await _told(alerts, chats, 0)


async def test_a_storm_is_told_up_to_a_bound(chats: Chats) -> None:
    alerts = chats.alerts()
    for number in range(3 * MOST):
        alerts.take(notification(payload("Storm", f"s{number}")), Fate.NOT_STORED)
    await _told(alerts, chats, MOST + 1)
    for number in range(3 * MOST):
        alerts.take(notification(payload("Storm", f"s{number}")), Fate.NOT_STORED)
    await _told(alerts, chats, MOST + 1)
    assert "Критических оповещений ещё больше" in chats.heard(CHAT)[-1]


async def test_when_kafka_is_back_the_next_absence_begins_anew(chats: Chats) -> None:
    told = ToldFile(chats.path)
    alerts = DirectAlerts(told, chats.say, AlertRouting((), chats.places), chats.words, chats.clock)
    resort = LastResort(told, chats.say, chats.places, chats.words, chats.clock)
    alerts.take(notification(payload()), Fate.NOT_STORED)
    await _told(alerts, chats, 1)
    await resort.look(None)
    alerts.take(notification(payload()), Fate.NOT_STORED)
    await _told(alerts, chats, 2)


async def test_the_webhook_feeds_them_and_the_dead_mans_switch_without_kafka(world: World) -> None:
    operations = Operations(world)
    async with world.bot():
        operator = operations.operator()
        world.kafka.goes("hangs")
        world.inbox.tell(notification(payload()), Fate.ARRIVED)
        world.inbox.tell(notification(payload()), Fate.NOT_STORED)
        await operator.sees("kafka does not answer", "comes again as a card")
        watchdog = payload("Watchdog", "", alert("Watchdog", "", labels={"alertname": "Watchdog"}))
        world.inbox.tell(notification(watchdog), Fate.ARRIVED)
        assert operations.here.heartbeat.seen_at is not None
        world.kafka.goes("")


@pytest.mark.parametrize("fault", ["refuses", "hangs"])
async def test_the_dead_mans_switch_tells_before_it_writes(operations: Operations, fault: str) -> None:
    operator, heart, world = operations.operator(), operations.here.heartbeat, operations.world
    world.kafka.goes("refuses" if fault == "refuses" else "hangs")
    heart.beat(world.clock())
    operations.later(timedelta(minutes=6))
    for _ in range(3):
        with pytest.raises(Exception, match=r"broker|confirmed"):
            await heart.look()
    await operator.sees("No sign of life")
    assert len(await operator.history()) == 1
    world.kafka.goes("")
    await until(lambda: not world.kafka.refuses_writes, "the bot writes again")
    await heart.look()
    assert world.store(HEARTBEATS).kept["watchdog"].missing_since is not None
    heart.beat(world.clock())
    await heart.look()
    await operator.sees("are back after 6 min")
    assert len(await operator.history()) == 2


async def test_a_card_that_kafka_confirms_too_late_is_shown_when_it_lands(operations: Operations) -> None:
    operator = operations.operator()
    token = await operations.notify(payload())
    card = await operator.sees("ServiceDown", button="✋ Acknowledge")
    there = operations.cards.get(token)
    assert there is not None
    # The write that the bot was told nothing of.
    operations.cards.set(token, there.acknowledged("Grace", "g", operations.world.clock()))
    await operator.sees_change(card, "✋ Grace is on it")


async def test_in_the_operators_group_it_is_two_messages_from_the_first_second_to_the_end(world: World) -> None:
    operations = Operations(world)
    async with world.bot():
        operator = operations.operator()
        world.kafka.goes("hangs")
        world.clock.pass_by(minutes=1)
        await operator.sees("Kafka has not answered since")
        world.clock.pass_by(minutes=2)
        world.kafka.goes("")
        await operator.sees("Kafka is back after 3 min")
    async with world.bot():
        await operator.sees("Kafka is back")
    assert [message.text.split()[0] for message in await operator.history()] == ["🆘", "💚"]
