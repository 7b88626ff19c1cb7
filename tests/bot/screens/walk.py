"""Walks the chat: from each command, by each button that is new, on a fresh bot each time, as deep as is asked."""

import re
from collections import Counter, deque
from dataclasses import dataclass, field

from bot.ui.locale import Language
from ops.sandbox.objects import InlineKeyboardButton
from tests.bot.screens.market import EVENTS, IDS, PEOPLE_WRITTEN, fill, remember
from tests.bot.screens.screen import Screen
from tests.bot.screens.screen_faults import is_dead_end, text_faults
from tests.bot.screens.stage import Answer, Stage, staged
from tests.bot.world.operations import GROUP
from tests.bot.world.world import bot_settings

# Buttons of one kind do the same for another product, page or section: a few of them stand for all.
EACH_LABEL, EACH_KIND, DEPTH = 1, 5, 5
# What is chosen already stays as it is, and needs no notice.
CHOSEN = ("●", "✓")
LANGUAGES_FLAGS = ("🇷🇺", "🇬🇧")
"""Who presses these reads the other language from then on."""


@dataclass(frozen=True, slots=True)
class Walker:
    """A person in a chat, their language, and with what their ways begin: what they write, or what happens.

    `staff` see the words of machines where they are folded away.
    """

    user_id: int
    language: Language
    begins: tuple[str, ...]
    chat_id: int | None = None
    seller: bool = False
    staff: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """What somebody wrote, and which buttons they pressed then, each by its place in the screen."""

    begin: str
    presses: tuple[tuple[int, str], ...] = ()

    def __str__(self) -> str:
        return " → ".join((self.begin, *(f"[{label}]" for _, label in self.presses)))


@dataclass
class Walk:
    """What a walker has seen: how many screens, and each fault with the first way to it."""

    walker: Walker
    screens: int = 0
    faults: dict[str, str] = field(default_factory=dict)
    _labels: Counter[str] = field(default_factory=Counter)
    _kinds: Counter[str] = field(default_factory=Counter)

    async def go(self) -> list[str]:
        """Walk everywhere; the faults, each with its way."""
        ways = deque(Way(begin) for begin in self.walker.begins)
        while ways:
            way = ways.popleft()
            screen = await self._end_of(way)
            if screen is not None and len(way.presses) < DEPTH:
                ways += [
                    Way(way.begin, (*way.presses, (place, button["text"])))
                    for place, button in enumerate(screen.buttons)
                    if self._is_new(button)
                ]
        return [f"{way}: {fault}" for fault, way in self.faults.items()]

    async def _end_of(self, way: Way) -> Screen | None:
        """The screen at the end of the way; all on it are looked at."""
        walker = self.walker
        async with staged(bot_settings(alert_chats=(str(GROUP),), alert_language=walker.language)) as stage:
            fill(stage.world, walker.user_id, walker.language, seller=walker.seller)
            await remember(stage.world)
            answer = await self._begin(way.begin, stage)
            self._look(Way(way.begin), answer, stage)
            for number, (place, _) in enumerate(way.presses, start=1):
                last = answer.screens[-1] if answer.screens else None
                if last is None or place >= len(last.buttons):
                    return None
                answer = await stage.press(walker.user_id, last, last.buttons[place], walker.chat_id)
                self._look(Way(way.begin, way.presses[:number]), answer, stage)
            return answer.screens[-1] if answer.screens else None

    async def _begin(self, begin: str, stage: Stage) -> Answer:
        walker = self.walker
        if begin not in EVENTS:
            return await stage.write(walker.user_id, begin, walker.chat_id)
        # The bot may write to nobody who has not written first.
        await stage.write(walker.user_id, "/start", walker.chat_id)
        return await stage.happens(walker.user_id, EVENTS[begin](stage.world), walker.chat_id)

    def _look(self, way: Way, answer: Answer, stage: Stage) -> None:
        self.screens += len(answer.screens)
        said = [screen.plain if self.walker.staff else screen.words for screen in answer.screens]
        # What is translated stands beside its translation.
        said += [label.rpartition(" → ")[2] for screen in answer.screens for label in screen.labels]
        names = (*PEOPLE_WRITTEN, *re.findall(r"[\w-]+", way.begin), stage.world.sandbox.world.bot["first_name"])
        faults = text_faults([*said, answer.notice], self.walker.language, names, IDS)
        faults += [f"an error: {failure!r}" for failure in stage.failures]
        if is_dead_end(answer.screens):
            faults.append(f"a dead end: «{answer.screens[-1].text}»")
        chosen = bool(way.presses) and way.presses[-1][1].startswith(CHOSEN)
        if not (answer.screens or answer.notice or answer.removed or chosen):
            faults.append("nothing happens")
        for fault in faults:
            self.faults.setdefault(fault, str(way))

    def _is_new(self, button: InlineKeyboardButton) -> bool:
        data = button.get("callback_data")
        if data is None or LANGUAGES_FLAGS[0] in button["text"] or LANGUAGES_FLAGS[1] in button["text"]:
            return False
        kind = data.partition(":")[0]
        label = f"{kind} {re.sub(r'[0-9]+', '#', button['text'])}"
        self._labels[label] += 1
        self._kinds[kind] += 1
        return self._labels[label] <= EACH_LABEL and self._kinds[kind] <= EACH_KIND
