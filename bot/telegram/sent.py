"""The messages that this process knows to be in a chat, by which a lost answer can be found again."""

from collections import OrderedDict

PER_CHAT = 512
CHATS = 256


class Sent:
    """Remembers the last messages of the last chats."""

    def __init__(self) -> None:
        self._chats: OrderedDict[int, OrderedDict[int, None]] = OrderedDict()
        self._last: dict[int, int] = {}

    def note(self, chat_id: int, message_id: int) -> None:
        """The message is in the chat."""
        known = self._chats.setdefault(chat_id, OrderedDict())
        self._chats.move_to_end(chat_id)
        known[message_id] = None
        self._last[chat_id] = max(self._last.get(chat_id, 0), message_id)
        if len(known) > PER_CHAT:
            known.popitem(last=False)
        if len(self._chats) > CHATS:
            forgotten, _ = self._chats.popitem(last=False)
            self._last.pop(forgotten, None)

    def note_answer(self, answer: object) -> None:
        """What the Bot API answered; messages in it are noted."""
        if not isinstance(answer, dict):
            return
        message_id, chat = answer.get("message_id"), answer.get("chat")
        chat_id = chat.get("id") if isinstance(chat, dict) else None
        if isinstance(message_id, int) and isinstance(chat_id, int):
            self.note(chat_id, message_id)

    def last(self, chat_id: int) -> int:
        """The newest known message of the chat, 0 when none is known."""
        return self._last.get(chat_id, 0)

    def knows(self, chat_id: int, message_id: int) -> bool:
        return message_id in self._chats.get(chat_id, ())
