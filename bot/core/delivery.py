"""What the bot sends without being asked: the queue, the sender, and messages that survive a restart."""

from dataclasses import dataclass

from bot.core.moved_chats import MovedChats
from bot.core.pending_messages import PendingMessages
from bot.telegram.framework import Bot
from bot.telegram.message_sender import MessageSender
from bot.telegram.outbox import Outbox
from bot.telegram.pictures import Pictures
from ops.logs import get_logger

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """`outbox` is the queue of everything, `pending` the way to tell a chat something; `moves`: where groups are.

    `pictures` are known to Telegram from one message to the next, whoever sent them.
    """

    bot: Bot
    moves: MovedChats
    outbox: Outbox
    sender: MessageSender
    pending: PendingMessages
    pictures: Pictures

    async def run(self) -> None:
        """Send what an earlier life left behind, and everything that is queued, until cancelled."""
        log.info("outbox_recovered", messages=self.pending.recover())
        await self.outbox.run()
