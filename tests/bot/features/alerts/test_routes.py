"""Which alerts go to which chat, whom it mentions, and when it makes no sound."""

from datetime import time, timedelta

import pytest

from bot.features.alerts.destination import Destination
from bot.features.alerts.routes import AlertRouting
from bot.features.alerts.services import AlertServices
from ops.alert_routes import SilentHours, read_routes
from ops.errors import StartupError
from ops.sandbox.server import Sandbox
from ops.settings import load
from tests.bot.world.foreign_alerts import foreign, foreign_group, posted
from tests.bot.world.operations import GROUP, PLACE, Operations
from tests.bot.world.telegram import application
from tests.bot.world.world import World, bot_settings
from tests.waiting import until

SHOP, LAKE = -100700, -100800
TABLE = (
    f"severity=critical team=shop|pay -> {SHOP}:7 @anna_k @boris quiet=22:00-07:00;"
    f"service=hdfs -> {LAKE} @lena_s; severity=ticket -> {LAKE}"
)
PAY = foreign("Pay", {"team": "pay", "severity": "page"}, "Payments fail")
HDFS = foreign("Lake", {"service": "hdfs", "severity": "warning"}, "The lake is full")
OTHER = foreign("Other", {"team": "pay", "severity": "warning"}, "Something else")


def test_each_alert_goes_by_the_first_route_that_holds_and_all_others_to_the_alert_chats() -> None:
    routes = AlertRouting(read_routes(TABLE), [Destination(-1)])
    ticket = foreign("Ticket", {"severity": "ticket"})
    found = {part.place: part for part in routes.split(posted(foreign_group(PAY, HDFS, OTHER, ticket)))}
    names = {place: [one.labels["alertname"] for one in part.notification.alerts] for place, part in found.items()}
    assert names == {
        Destination(SHOP, 7): ["Pay"],
        Destination(LAKE): ["Lake", "Ticket"],
        Destination(-1): ["Other"],
    }
    assert found[Destination(SHOP, 7)].mentions == ("@anna_k", "@boris")
    assert found[Destination(SHOP, 7)].quiet == "22:00-07:00"
    assert (found[Destination(-1)].mentions, found[Destination(-1)].quiet) == ((), "")


def test_a_place_is_quiet_only_when_all_that_comes_there_is() -> None:
    routes = AlertRouting(read_routes("service=a -> -1 quiet=22:00-07:00; service=b -> -1"), [])
    both = posted(foreign_group(foreign("A", {"service": "a"}), foreign("B", {"service": "b"})))
    alone = posted(foreign_group(foreign("A", {"service": "a"})))
    assert [part.quiet for part in (*routes.split(both), *routes.split(alone))] == ["", "22:00-07:00"]


@pytest.mark.parametrize(
    ("hours", "at", "holds"),
    [
        ("22:00-07:00", time(23), True),
        ("22:00-07:00", time(6, 59), True),
        ("22:00-07:00", time(7), False),
        ("13:00-14:00", time(13, 30), True),
        ("13:00-14:00", time(22), False),
    ],
)
def test_quiet_hours_go_around_midnight(hours: str, at: time, holds: bool) -> None:
    quiet = SilentHours.read(hours)
    assert quiet is not None and quiet.hold(at) is holds and str(quiet) == hours


@pytest.mark.parametrize(
    "table",
    [
        "severity=critical",
        "severity=critical -> group",
        "severity -> -1",
        "-> -1",
        "any service=x -> -1",
        "any -> -1 anna",
        "any -> -1 quiet=22-7",
        "any -> -1 quiet=22:00-07:00 quiet=01:00-02:00",
        "any -> -1:0",
    ],
)
def test_what_is_no_route_is_one_sentence(table: str) -> None:
    with pytest.raises(StartupError, match=r"YARMARKA_BOT__ALERT_ROUTES.*“"):
        load({"YARMARKA_BOT__ALERT_ROUTES": table})
    assert read_routes("any -> -1;") and not read_routes("")


async def test_cards_mention_whom_the_route_names_until_somebody_has_them(world: World) -> None:
    operations = Operations(world)
    operations.settings = operations.settings.model_copy(update={"alert_routes": f"team=pay -> {GROUP}:7 @anna_k"})
    world.bot_settings = operations.settings
    async with operations.bot():
        operator = operations.operator()
        await operations.here.worker.take([posted(foreign_group(PAY))])
        card = await operator.sees("🔴 Payments fail", "👥 @anna_k")
        await until(lambda: all(one.message_id for one in operations.cards.kept.values()), "the card is posted")
        assert [(one.chat_id, one.thread_id) for one in operations.cards.kept.values()] == [(GROUP, 7)]
        operations.later(timedelta(minutes=6))
        await operations.here.reminders.remind()
        await operator.sees("Nobody has taken this", "@anna_k")
        await operator.presses(card, "✋ Acknowledge")
        assert "@anna_k" not in (await operator.sees_change(card, "is on it")).text


async def test_in_its_quiet_hours_nobody_is_reminded_of_a_card_and_afterwards_they_are(world: World) -> None:
    operations = Operations(world)
    # It is three in the afternoon in Moscow.
    table = f"team=pay -> {GROUP} quiet=14:00-15:30"
    operations.settings = operations.settings.model_copy(update={"alert_routes": table})
    world.bot_settings = operations.settings
    async with operations.bot():
        operator = operations.operator()
        await operations.here.worker.take([posted(foreign_group(PAY))])
        await operator.sees("🔴 Payments fail")
        await until(lambda: all(one.message_id for one in operations.cards.kept.values()), "the card is posted")
        (card,) = operations.cards.kept.values()
        assert card.quiet_hours == "14:00-15:30" and card.chat_id == PLACE.chat_id
        operations.later(timedelta(minutes=20))
        await operations.here.reminders.remind()
        assert not world.pending.kept
        operations.later(timedelta(minutes=20))
        await operations.here.reminders.remind()
        await operator.sees("Nobody has taken this")


@pytest.mark.parametrize(("quiet", "silent"), [("14:00-15:30", True), ("22:00-07:00", False)])
async def test_in_its_quiet_hours_a_card_rings_no_telephone(quiet: str, silent: bool) -> None:
    world = World(Sandbox.__new__(Sandbox), session=None)  # type: ignore[arg-type]  # nobody writes through it
    world.bot_settings = bot_settings(alert_chats=(str(GROUP),), alert_routes=f"team=pay -> {GROUP} quiet={quiet}")
    async with application(world) as (_, _, telegram):
        assert world.running is not None
        alerts = world.services(AlertServices).components
        await alerts.worker.take([posted(foreign_group(PAY))])
        ((token, _),) = alerts.cards.open()
        telegram.calls.clear()
        await alerts.display.show(token)
        (sent,) = [fields for name, fields in telegram.calls if name == "sendMessage"]
        assert sent.get("disable_notification", False) is silent
