"""The chats, and topics of forums, in which cards appear."""

from dataclasses import dataclass

from bot.ui.callback_ids import mark
from ops.settings import BotSettings


@dataclass(frozen=True, slots=True)
class Destination:
    """A chat, and in a forum one of its topics."""

    chat_id: int
    thread_id: int | None = None


def destinations(settings: BotSettings) -> tuple[Destination, ...]:
    """The chats of the settings, each with its own topic or none."""
    return tuple(destination(place) for place in settings.alert_chats)


def destination(place: str) -> Destination:
    """The chat, and the topic of a forum, as the settings write it: -1001 or -1001:7."""
    chat_id, _, topic = place.partition(":")
    return Destination(int(chat_id), int(topic) if topic else None)


def people_of(settings: BotSettings) -> tuple[Destination, ...]:
    """Whom the last resort tells: the alert chats; without any, the operators and admins of the settings."""
    people = dict.fromkeys((*settings.operators, *settings.admins))
    return destinations(settings) or tuple(Destination(user_id) for user_id in people)


def card_token(group_key: str, destination: Destination) -> str:
    """The name of a group's card in a chat: eleven characters, the same after every restart."""
    return mark(f"{group_key}\n{destination.chat_id}\n{destination.thread_id or ''}", 8)
