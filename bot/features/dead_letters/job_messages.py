"""The messages that show a job over dead letters, changed as it goes on."""

from collections.abc import Set
from dataclasses import dataclass

from telegram.error import BadRequest, Forbidden

from bot.core.place import Place
from bot.features.dead_letters.job_replies import job_page
from bot.features.dead_letters.models import LetterJob
from bot.telegram.edit import edit_text
from bot.telegram.framework import Bot
from bot.telegram.outbox import Outbox
from bot.telegram.outbox_item import Urgency
from bot.ui.locale import texts
from ops.logs import get_logger

log = get_logger(__name__)


class JobMessages:
    """Shows a job by the outbox, so that Telegram's pace holds up neither the job nor anybody's press."""

    def __init__(self, bot: Bot, outbox: Outbox) -> None:
        self._bot = bot
        self._outbox = outbox
        self._left: set[tuple[int, int]] = set()

    def enter(self, place: Place) -> None:
        """The message shows the job from now on."""
        self._left.discard((place.chat_id, place.message_id))

    def leave(self, place: Place) -> None:
        """The message shows something else from now on, whatever is on its way to it."""
        self._left.add((place.chat_id, place.message_id))

    def show(self, job: LetterJob) -> None:
        """Have every message of the job changed; of several states in a row, the last one is shown."""
        for place in job.places:
            self._outbox.enqueue(_JobEdit(self._bot, place, job, self._left))


@dataclass(frozen=True, slots=True)
class _JobEdit:
    bot: Bot
    place: Place
    job: LetterJob
    left: Set[tuple[int, int]]
    urgency: Urgency = Urgency.URGENT

    @property
    def chat_id(self) -> int:
        return self.place.chat_id

    @property
    def key(self) -> str:
        return f"letters:{self.place.message_id}"

    async def deliver(self) -> None:
        if (self.place.chat_id, self.place.message_id) in self.left:
            return
        try:
            await edit_text(
                self.bot, self.place.chat_id, self.place.message_id, job_page(self.job, texts(self.place.language))
            )
        except (BadRequest, Forbidden) as error:
            log.info("letter_job_not_shown", error=str(error))
