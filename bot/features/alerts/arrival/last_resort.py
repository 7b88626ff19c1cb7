"""Telling people that Kafka is away, without Kafka and without Alertmanager: once, and once when it is over."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from telegram.error import TelegramError

from bot.features.alerts.arrival.straight import Say
from bot.features.alerts.arrival.straight_replies import kafka_away, kafka_back
from bot.features.alerts.arrival.told_file import Told, ToldFile
from bot.features.alerts.destination import Destination
from bot.ui.locale import Texts
from bot.ui.reply import Reply
from bot.ui.time import lasting
from ops.logs import get_logger

log = get_logger(__name__)
# With the ten seconds in which an absence is noticed, people hear of it within a minute; shorter ones are not told.
TELL_AFTER = timedelta(seconds=45)
LOOK_EVERY_S = 2.0


class LastResort:
    """Knows from a small file what was told, so that a restart in the middle of an absence does not tell it again."""

    def __init__(
        self,
        told: ToldFile,
        say: Say,
        places: Sequence[Destination],
        words: Callable[[int], Texts],
        clock: Callable[[], datetime],
        *,
        tell_after: timedelta = TELL_AFTER,
    ) -> None:
        self._told = told
        self._say = say
        self._places = places
        self._words = words
        self._clock = clock
        self._tell_after = tell_after

    async def run(self, away_since: Callable[[], datetime | None]) -> None:
        """Look until cancelled; `away_since` says since when Kafka is away, None: it is not."""
        while True:
            await self.look(away_since())
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self, away_since: datetime | None) -> None:
        """Tell what is to be told now. What Telegram does not take is said at the next look. Raises nothing of it."""
        told = self._told.now
        if away_since is not None:
            # Of an earlier life of the bot, in the same absence, the file knows more.
            since = min(told.since or away_since, away_since)
            self._told.keep(told.away(since))
            if self._clock() - since >= self._tell_after:
                await self._to_all(lambda words: kafka_away(since, words), knowing=False)
        elif told.since is not None:
            away_for = self._clock() - told.since
            await self._to_all(lambda words: kafka_back(lasting(away_for, words), words), knowing=True)
            if not self._told.now.chats:
                self._told.keep(Told())
        elif told.groups:
            # Kafka was away for so short a time that nobody was told; the cards follow now.
            self._told.keep(Told())

    async def _to_all(self, text: Callable[[Texts], Reply], *, knowing: bool) -> None:
        places = [place for place in self._places if self._told.now.knows(place) is knowing]
        await asyncio.gather(*(self._to(place, text(self._words(place.chat_id)), over=knowing) for place in places))

    async def _to(self, place: Destination, reply: Reply, *, over: bool) -> None:
        try:
            await self._say(place, reply)
        except TelegramError as error:
            log.warning("last_resort_waits_for_telegram", chat_id=place.chat_id, error=str(error)[:200])
            return
        told = self._told.now
        self._told.keep(told.without_chat(place) if over else told.with_chat(place))
        log.info("told_without_kafka", chat_id=place.chat_id, over=over)
