"""Who acts, as audit and ban requests name them."""

from hashlib import blake2b

from bot.replies.text import clean
from bot.turn import Turn
from pipeline.bans.ledger import Actor
from pipeline.contracts.ban_requests import Admin, Place

NAME_LIMIT = 64


def admin(turn: Turn) -> Admin:
    """The person, for a ban request."""
    return Admin(id=turn.pseudonym, name=clean(turn.name, NAME_LIMIT))


def actor(turn: Turn) -> Actor:
    """The person, for the audit."""
    return Actor(turn.pseudonym, clean(turn.name, NAME_LIMIT), turn.role.name.lower())


def entry_id(turn: Turn) -> str:
    """The id of the turn's audit entry, the same when the same update is handled again."""
    return blake2b(f"audit:{turn.pseudonym}:{turn.key}".encode(), digest_size=16).hexdigest()


def place(turn: Turn) -> Place | None:
    """The message whose button was pressed."""
    if turn.chat_id is None or turn.pressed_id is None:
        return None
    return Place(chat_id=turn.chat_id, message_id=turn.pressed_id, language=turn.texts.language)
