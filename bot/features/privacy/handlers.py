"""/privacy: what is kept about a person, and its deletion."""

from bot.core.update_context import UpdateContext
from bot.features.privacy.buttons import ForgetMe
from bot.features.privacy.replies import forget_question, forgotten, privacy
from bot.features.privacy.services import PrivacyServices


async def show_privacy(services: PrivacyServices, context: UpdateContext, _: str) -> None:
    """What is kept about this person."""
    await context.say(
        privacy(await context.typing(services.privacy.kept(context.pseudonym, context.texts)), context.texts)
    )


async def forget(services: PrivacyServices, context: UpdateContext, press: ForgetMe) -> None:
    """Delete everything about the person, after a question."""
    if press.step == "yes":
        await context.typing(services.privacy.forget(context.pseudonym, context.user_id, context.texts.language))
        context.texts = services.persons.texts(context.user_id, context.telegram_language)
        await context.change(forgotten(context.texts))
        return
    kept = await context.typing(services.privacy.kept(context.pseudonym, context.texts))
    await context.change((forget_question if press.step == "ask" else privacy)(kept, context.texts))
