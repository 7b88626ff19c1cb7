"""The message under a file that a seller has sent: it says how far the file is, and in the end what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiokafka.errors import KafkaError
from telegram.error import Forbidden

from bot.core.decision_cards import QuestionCards
from bot.core.persons import Persons
from bot.features.feeds.file_book import FileBook
from bot.features.feeds.report_replies import rows_caption, rows_table, sent_file_message
from bot.features.feeds.store import SentFile
from bot.telegram.framework import Bot
from bot.telegram.message_sender import MessageGone, MessageSender
from bot.telegram.outbox import Outbox
from bot.telegram.outbox_item import Urgency
from bot.telegram.sender import Address
from bot.ui.callback_ids import mark
from bot.ui.locale import Texts
from bot.ui.reply import Reply
from ops.errors import ServerAway
from ops.logs import get_logger
from pipeline.contracts.feeds import FeedRun, FeedState, RefusedRow, chat_token, plain_file
from pipeline.shops.refused_rows import RefusedRows
from pipeline.shops.run_view import FeedRuns

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SentMessages:
    """Shows files as they are now, by editing one message each; the refused rows follow as a file."""

    files: FileBook
    runs: FeedRuns
    refused: RefusedRows
    persons: Persons
    outbox: Outbox
    sender: MessageSender
    bot: Bot
    shop_name: Callable[[str], str]
    cards: QuestionCards

    def enqueue(self, name: str) -> None:
        """The file may have advanced: have its message say so."""
        file = self.files.get(name)
        if file is not None and file.state not in {"asked", "done"}:
            self.outbox.enqueue(_Item(self, name, file.user_id))

    async def show(self, name: str) -> None:
        """Raises what Telegram and Kafka raise; then it is tried again."""
        file = self.files.get(name)
        if file is None or file.state in {"asked", "done"}:
            return
        run = self._run_of(file) if file.state != "overdue" else None
        words = self.persons.texts(file.user_id, file.language)
        reply = self._reply(file, run, words)
        try:
            if file.shown != mark(reply.text):
                await self._say(name, file, run, words)
            # While it is being put into the folder the feed service may be quicker: its report comes after that.
            ended = file.state == "sent" and run is not None and run.state is not FeedState.RUNNING
            if ended or file.state in {"failed", "overdue"}:
                await self._finish(name, file, run, words)
        except Forbidden:
            # Who has blocked the bot wants no message.
            await self.files.change(name, state="done")

    async def _say(self, name: str, file: SentFile, run: FeedRun | None, words: Texts) -> None:
        reply = self._reply(file, run, words)
        if file.message_id is not None:
            try:
                await self.sender.edit(file.user_id, file.message_id, reply)
            except MessageGone:
                await self.files.change(name, message_id=None, sending=False)
            else:
                await self.files.change(name, shown=mark(reply.text))
                return

        async def about_to_send() -> None:
            await self.files.change(name, sending=True)

        sent = await self.sender.send(
            name,
            Address(file.user_id),
            reply,
            under_way=file.sending and file.message_id is None,
            words=words,
            about_to_send=about_to_send,
        )
        await self.files.change(name, message_id=sent.message_id, shown=mark(reply.text))

    async def _finish(self, name: str, file: SentFile, run: FeedRun | None, words: Texts) -> None:
        if run is not None and run.refused:
            rows = await self._rows(run)
            if rows:
                await send_rows_file(self.bot, file.user_id, run, rows, words)
        shown = self.files.get(name)
        if run is not None and run.state is FeedState.WAITING and shown is not None and shown.message_id is not None:
            # It is the sender's card now, and goes on to follow what is decided.
            await self.cards.adopt(run.key, file.user_id, shown.message_id)
        await self.files.change(name, state="done", reported=run.state.value if run is not None else "")

    async def _rows(self, run: FeedRun) -> list[RefusedRow]:
        try:
            return await self.refused.of(run)
        except (KafkaError, ServerAway, TimeoutError) as error:
            # The report with its first examples stands; the list is worth no more waiting.
            log.warning("refused_rows_not_read", run=run.key, error=type(error).__name__)
            return []

    def _reply(self, file: SentFile, run: FeedRun | None, words: Texts) -> Reply:
        return sent_file_message(file, run, self.shop_name(file.store_id), words)

    def _run_of(self, file: SentFile) -> FeedRun | None:
        """The newest run of this very file."""
        return next(
            (run for run in self.runs.newest()
             if run.store_id == file.store_id and chat_token(run.file) == file.token), None
        )  # fmt: skip


async def send_rows_file(bot: Bot, chat_id: int, run: FeedRun, rows: Sequence[RefusedRow], words: Texts) -> None:
    """Send the run's rows with errors as a file. Raises TelegramError."""
    await bot.send_document(
        chat_id,
        rows_table(rows, words),
        filename=f"errors-{plain_file(run.file)}.csv",
        caption=rows_caption(len(rows), run.refused, words),
    )


@dataclass(frozen=True, slots=True)
class _Item:
    messages: SentMessages
    name: str
    chat_id: int
    urgency: Urgency = Urgency.URGENT

    @property
    def key(self) -> str:
        return f"sent file:{self.name}"

    async def deliver(self) -> None:
        await self.messages.show(self.name)
