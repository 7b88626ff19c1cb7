"""Critical alerts that cannot become cards now, as plain messages: each group once, and once when it is over."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from telegram.error import TelegramError

from bot.features.alerts.arrival.inbox import Fate
from bot.features.alerts.arrival.straight import Say
from bot.features.alerts.arrival.straight_replies import alert_without_card, more_without_cards, over_without_card
from bot.features.alerts.arrival.told_file import ToldFile
from bot.features.alerts.destination import Destination
from bot.features.alerts.models import Notification
from bot.features.alerts.routes import AlertRouting
from bot.ui.callback_ids import mark
from bot.ui.locale import Texts
from bot.ui.reply import Reply
from ops.logs import get_logger

log = get_logger(__name__)
# A group takes twenty messages a minute. Who reads twenty criticals needs no list to know that much is wrong.
MOST = 20
RETRY_S = 2.0


class DirectAlerts:
    """`take` never waits; `run` says what was taken. What was told is in a small file, for Alertmanager sends again."""

    def __init__(
        self,
        told: ToldFile,
        say: Say,
        routes: AlertRouting,
        words: Callable[[int], Texts],
        clock: Callable[[], datetime],
    ) -> None:
        self._told = told
        self._say = say
        self._routes = routes
        self._words = words
        self._clock = clock
        self._waiting: OrderedDict[str, tuple[Notification, Fate]] = OrderedDict()
        self._said: dict[str, set[Destination]] = {}
        self._more = asyncio.Event()

    def take(self, notification: Notification, fate: Fate) -> None:
        """A notification that is no card now. Only critical groups are told, at most `MOST` until Kafka is back."""
        group, told = mark(notification.group_key, 8), group_is_told(self._told, notification)
        firing = any(alert.firing and alert.severity == "critical" for alert in notification.alerts)
        if firing is told or len(self._told.now.groups) > MOST:
            # Said already, or nobody was told of what is over now.
            self._waiting.pop(group, None)
            return
        self._waiting[group] = notification, fate
        while len(self._waiting) > MOST + 1:
            self._waiting.popitem()
        self._more.set()

    async def run(self) -> None:
        """Say what was taken, until cancelled. What Telegram does not take is said again."""
        while True:
            await self._more.wait()
            while self._waiting:
                try:
                    await self._say_next()
                except TelegramError as error:
                    log.warning("direct_alert_waits_for_telegram", error=str(error)[:200], again_in_s=RETRY_S)
                    await asyncio.sleep(RETRY_S)
            self._more.clear()

    async def _say_next(self) -> None:
        group, (notification, fate) = next(iter(self._waiting.items()))
        told = self._told.now
        said = self._said.setdefault(group, set())
        for part in self._routes.split(notification):
            place = part.place
            reply = self._reply(part.notification, place, fate, over=group in told.groups)
            if place not in said and reply is not None:
                await self._say(place, reply)
                said.add(place)
        del self._said[group]
        if self._waiting.get(group) == (notification, fate):
            del self._waiting[group]
        told = self._told.now
        self._told.keep(told.without_group(group) if group in told.groups else told.with_group(group))
        log.info("alert_told_without_card", group=notification.group_key[:200], fate=fate)

    def _reply(self, notification: Notification, place: Destination, fate: Fate, *, over: bool) -> Reply | None:
        words, now = self._words(place.chat_id), self._clock()
        if over:
            return over_without_card(notification, place, words, now)
        if len(self._told.now.groups) == MOST:
            return more_without_cards(words)
        return alert_without_card(notification, place, fate, words, now)


def group_is_told(told: ToldFile, notification: Notification) -> bool:
    """Whether the chats know of this group, without its card."""
    return mark(notification.group_key, 8) in told.now.groups
