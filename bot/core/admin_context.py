"""Who acts, as audit and ban requests name them."""

from hashlib import blake2b

from bot.core.update_context import UpdateContext
from bot.features.bans.models import Admin, Place
from bot.ui.text import clean
from pipeline.kafka.audit import Actor

NAME_LIMIT = 64


def admin(context: UpdateContext) -> Admin:
    """The person, for a ban request."""
    return Admin(id=context.pseudonym, name=clean(context.name, NAME_LIMIT))


def actor(context: UpdateContext) -> Actor:
    """The person, for the audit."""
    return Actor(context.pseudonym, clean(context.name, NAME_LIMIT), context.role.name.lower())


def entry_id(context: UpdateContext) -> str:
    """The id of the turn's audit entry, the same when the same update is handled again."""
    return blake2b(f"audit:{context.pseudonym}:{context.key}".encode(), digest_size=16).hexdigest()


def place(context: UpdateContext) -> Place | None:
    """The message whose button was pressed."""
    if context.chat_id is None or context.pressed_id is None:
        return None
    return Place(chat_id=context.chat_id, message_id=context.pressed_id, language=context.texts.language)
