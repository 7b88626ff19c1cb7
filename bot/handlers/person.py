"""/language and /privacy: what a person chooses, and takes back."""

from bot.locale import Language, known, texts
from bot.replies.callback import ChooseLanguage, ForgetMe
from bot.replies.help import language_choice, language_chosen
from bot.replies.notices import old_button
from bot.replies.privacy import forget_question, forgotten, privacy
from bot.services import Services
from bot.turn import Turn


async def ask_language(services: Services, turn: Turn, argument: str) -> None:
    """Ask, or take the language that was named: /language en."""
    language = known(argument.strip().lower())
    if language is None:
        await turn.say(language_choice(turn.texts))
        return
    await _speak(services, turn, language)
    await turn.say(language_chosen(turn.texts))


async def choose_language(services: Services, turn: Turn, press: ChooseLanguage) -> None:
    """Take the language of the button."""
    language = known(press.language)
    if language is None:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    await _speak(services, turn, language)
    await turn.change(language_chosen(turn.texts))


async def show_privacy(services: Services, turn: Turn, _: str) -> None:
    """What is kept about this person."""
    await turn.say(privacy(await turn.typing(services.privacy.kept(turn.pseudonym)), turn.texts))


async def forget(services: Services, turn: Turn, press: ForgetMe) -> None:
    """Delete everything about the person, after a question."""
    if press.step == "yes":
        await turn.typing(services.privacy.forget(turn.pseudonym, turn.user_id, turn.texts.language))
        turn.texts = texts(services.people.language(turn.pseudonym, turn.telegram_language))
        await turn.change(forgotten(turn.texts))
        return
    kept = await turn.typing(services.privacy.kept(turn.pseudonym))
    await turn.change((forget_question if press.step == "ask" else privacy)(kept, turn.texts))


async def _speak(services: Services, turn: Turn, language: Language) -> None:
    await services.people.choose_language(turn.pseudonym, language)
    turn.texts = texts(language)
    await services.menus.show(turn)
