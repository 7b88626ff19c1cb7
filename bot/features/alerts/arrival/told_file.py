"""What was told straight, in a small file: Kafka is away just then, and a restart must not tell it again."""

from datetime import datetime
from pathlib import Path

from pydantic import Field, ValidationError

from bot.features.alerts.destination import Destination
from ops.logs import get_logger
from ops.private_files import write_private
from ops.settings import Settings
from pipeline.contracts.messages import Message, Moment

log = get_logger(__name__)


class Told(Message):
    """Since when Kafka is away (None: it is not), which chats know of it, which groups were told without a card."""

    since: Moment | None = None
    chats: tuple[str, ...] = ()
    groups: tuple[str, ...] = Field((), description="marks of group keys")

    def away(self, since: datetime) -> "Told":
        """Kafka is away since then."""
        return Told(since=since, chats=self.chats, groups=self.groups)

    def with_chat(self, place: Destination) -> "Told":
        """This chat was told of the absence."""
        return Told(since=self.since, chats=(*self.chats, chat_name(place)), groups=self.groups)

    def without_chat(self, place: Destination) -> "Told":
        """This chat knows that it is over."""
        left = tuple(chat for chat in self.chats if chat != chat_name(place))
        return Told(since=self.since, chats=left, groups=self.groups)

    def with_group(self, group: str) -> "Told":
        """This group was told without a card."""
        return Told(since=self.since, chats=self.chats, groups=(*self.groups, group))

    def without_group(self, group: str) -> "Told":
        """The end of this group was told."""
        return Told(since=self.since, chats=self.chats, groups=tuple(one for one in self.groups if one != group))

    def knows(self, place: Destination) -> bool:
        """Whether the chat was told."""
        return chat_name(place) in self.chats


class ToldFile:
    """`now` is what was told; what is kept is in the file when `keep` returns, or logged when the disk refuses."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.now = self._read()

    @classmethod
    def of(cls, settings: Settings) -> "ToldFile":
        """The file of the bot whose settings these are."""
        return cls(settings.stack_dir / "bot" / "told-without-kafka.json")

    def keep(self, told: Told) -> None:
        """From now on this was told."""
        if told == self.now:
            return
        self.now = told
        try:
            write_private(self._path, told.model_dump_json().encode())
        except OSError as error:
            log.error("told_not_kept", path=str(self._path), error=str(error), next_step="a restart may tell it again")

    def _read(self) -> Told:
        try:
            return Told.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return Told()
        except (OSError, ValidationError) as error:
            log.warning("told_not_understood", path=str(self._path), error=str(error)[:200])
            return Told()


def chat_name(place: Destination) -> str:
    """The chat as the settings name it."""
    return f"{place.chat_id}:{place.thread_id}" if place.thread_id is not None else str(place.chat_id)
