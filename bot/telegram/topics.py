"""Topics of forums: what is sent to one that is not there any more is sent without a topic."""

from collections import OrderedDict

from telegram.error import BadRequest

# People's clients number the General topic 1; the Bot API knows it by no number.
GENERAL = 1
GONE = ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid")
KEPT = 256


class Topics:
    """Remembers topics that Telegram did not know."""

    def __init__(self) -> None:
        self._gone: OrderedDict[tuple[int, int], None] = OrderedDict()

    def known(self, chat_id: int, thread_id: int | None) -> int | None:
        """The topic to name to Telegram, or None for the chat as a whole."""
        return None if thread_id in {None, GENERAL} or (chat_id, thread_id) in self._gone else thread_id

    def is_gone(self, error: BadRequest, chat_id: int, thread_id: int | None) -> bool:
        """Whether the call failed because of its topic, which is then named no more."""
        if thread_id is None or not is_topic_fault(error):
            return False
        self._gone[chat_id, thread_id] = None
        while len(self._gone) > KEPT:
            self._gone.popitem(last=False)
        return True


def is_topic_fault(error: BadRequest) -> bool:
    """Whether the topic that was named is not there, or takes no messages."""
    return any(text in str(error).lower() for text in GONE)
