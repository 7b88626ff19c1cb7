"""Messages that the bot still has to deliver, as `chat_state` keeps them."""

from datetime import datetime

from pydantic import Field

from bot.state.store import StoreSpec
from pipeline.contracts.messages import Message, Moment, now


class OutboxButton(Message):
    """A button of a message to be delivered: what it says, and its callback data or its address."""

    label: str
    data: str = ""
    url: str = ""


class OutboxMessage(Message):
    """A message that waits for Telegram; its key is `outbox:<token>`, a tombstone means it was delivered."""

    chat_id: int
    thread_id: int | None = None
    key: str = Field(description="an equal key in the same chat replaces what still waits")
    text: str
    buttons: tuple[tuple[OutboxButton, ...], ...] = ()
    urgent: bool = False
    reply_to: int | None = None
    silent: bool = False
    sending_since: Moment | None = Field(None, description="a try is under way; nobody knows what became of it")
    at: Moment = Field(default_factory=now)

    def sending(self, since: datetime) -> "OutboxMessage":
        """Tries are under way since that moment."""
        return OutboxMessage(
            chat_id=self.chat_id,
            thread_id=self.thread_id,
            key=self.key,
            text=self.text,
            buttons=self.buttons,
            urgent=self.urgent,
            reply_to=self.reply_to,
            silent=self.silent,
            sending_since=since,
            at=self.at,
        )


OUTBOX = StoreSpec("outbox:", OutboxMessage)
