"""/language and /privacy: what a person chooses, and takes back."""

from bot.core.update_context import UpdateContext
from bot.features.help.replies import language_choice, language_chosen
from bot.features.privacy.replies import forget_question, forgotten, privacy
from bot.services import Services
from bot.ui.callback_data import ChooseLanguage, ForgetMe
from bot.ui.locale import Language, known, texts
from bot.ui.notices import old_button


async def ask_language(services: Services, context: UpdateContext, argument: str) -> None:
    """Ask, or take the language that was named: /language en."""
    language = known(argument.strip().lower())
    if language is None:
        await context.say(language_choice(context.texts))
        return
    await _speak(services, context, language)
    await context.say(language_chosen(context.texts))


async def choose_language(services: Services, context: UpdateContext, press: ChooseLanguage) -> None:
    """Take the language of the button."""
    language = known(press.language)
    if language is None:
        await context.toast(old_button(context.texts), alert=True)
        return
    await _speak(services, context, language)
    await context.change(language_chosen(context.texts))


async def show_privacy(services: Services, context: UpdateContext, _: str) -> None:
    """What is kept about this person."""
    await context.say(privacy(await context.typing(services.privacy.kept(context.pseudonym)), context.texts))


async def forget(services: Services, context: UpdateContext, press: ForgetMe) -> None:
    """Delete everything about the person, after a question."""
    if press.step == "yes":
        await context.typing(services.privacy.forget(context.pseudonym, context.user_id, context.texts.language))
        context.texts = texts(services.people.language(context.pseudonym, context.telegram_language))
        await context.change(forgotten(context.texts))
        return
    kept = await context.typing(services.privacy.kept(context.pseudonym))
    await context.change((forget_question if press.step == "ask" else privacy)(kept, context.texts))


async def _speak(services: Services, context: UpdateContext, language: Language) -> None:
    await services.people.choose_language(context.pseudonym, language)
    context.texts = texts(language)
    await services.menus.show(context)
