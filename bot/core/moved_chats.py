"""Groups that became supergroups: Telegram gives them another id, and what is sent to the old one is refused."""

from collections.abc import Callable, Mapping
from datetime import datetime

from aiokafka.errors import KafkaError
from pydantic import Field

from bot.state.store import Store, StoreSpec
from ops.alert_routes import read_routes
from ops.logs import get_logger
from ops.settings import BotSettings
from pipeline.contracts.messages import Message, Moment, now

log = get_logger(__name__)
# A group moves once; a longer chain is a circle.
MOVES = 4


class MovedChat(Message):
    """What a group has become; its key is `moved:<old id>`."""

    new_id: int
    at: Moment = Field(default_factory=now)


MOVED = StoreSpec("moved:", MovedChat)


class MovedChats:
    """Where groups are now. `settings` names the setting in which a chat stands."""

    def __init__(self, states: Store[MovedChat], settings: Mapping[int, str], clock: Callable[[], datetime]) -> None:
        self._states = states
        self._settings = settings
        self._clock = clock
        self._moved = {int(name): moved.new_id for name, moved in states.entries()}
        self._listeners: list[Callable[[], object]] = []
        states.subscribe(self._follow)
        for chat_id in self._moved:
            self._say(chat_id)

    def on_move(self, moved: Callable[[], object]) -> None:
        """Call `moved` whenever a group has moved."""
        self._listeners.append(moved)

    def place(self, chat_id: int) -> int:
        """The chat that this one is now; most are themselves."""
        for _ in range(MOVES):
            if chat_id not in self._moved:
                break
            chat_id = self._moved[chat_id]
        return chat_id

    def origin(self, chat_id: int) -> int:
        """The first id that the chat is known by: cards keep their names when a setting follows its group."""
        for _ in range(MOVES):
            before = next((old for old, new in self._moved.items() if new == chat_id), None)
            if before is None:
                break
            chat_id = before
        return chat_id

    async def note(self, chat_id: int, new_id: int) -> None:
        """The group is now this supergroup; in force at once, and kept as soon as Kafka takes it."""
        if chat_id == new_id or self._moved.get(chat_id) == new_id:
            return
        self._moved[chat_id] = new_id
        self._say(chat_id)
        try:
            await self._states.put(str(chat_id), MovedChat(new_id=new_id, at=self._clock()))
        except KafkaError as error:
            # Telegram says it again with the next call after a restart.
            log.warning("move_not_kept", error=str(error))
        for moved in self._listeners:
            moved()

    def _follow(self, name: str, _: MovedChat | None, moved: MovedChat | None) -> None:
        if moved is not None:
            self._moved[int(name)] = moved.new_id

    def _say(self, chat_id: int) -> None:
        setting = self._settings.get(chat_id)
        if setting is not None:
            log.warning(
                "group_became_supergroup",
                setting=setting,
                old_id=chat_id,
                new_id=self._moved[chat_id],
                next_step="what is sent there goes to the new one already; put the new id into the setting",
            )


def settings_of_chats(settings: BotSettings) -> dict[int, str]:
    """The setting in which each chat stands."""
    named = {int(place.partition(":")[0]): "YARMARKA_BOT__ALERT_CHATS" for place in settings.alert_chats}
    for route in read_routes(settings.alert_routes):
        named.setdefault(int(route.chat.partition(":")[0]), "YARMARKA_BOT__ALERT_ROUTES")
    if settings.escalation_chat is not None:
        named.setdefault(settings.escalation_chat, "YARMARKA_BOT__ESCALATION_CHAT")
    return named
