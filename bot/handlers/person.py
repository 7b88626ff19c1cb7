"""/language and /privacy: what a person chooses, and takes back."""

from bot.locale import Language, known, texts
from bot.replies.callback import ChooseLanguage, ForgetMe
from bot.replies.help import forget_question, forgotten, language_choice, language_chosen, privacy
from bot.replies.notices import old_button
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
    await turn.say(privacy(turn.texts, has_choices=_is_known(services, turn)))


async def forget(services: Services, turn: Turn, press: ForgetMe) -> None:
    """Delete the person's settings and taste, after a question."""
    if press.step == "ask":
        await turn.change(forget_question(turn.texts))
        return
    if press.step == "yes":
        await services.people.forget(turn.pseudonym)
        await services.tastes.forget(turn.pseudonym)
        turn.texts = texts(services.people.language(turn.pseudonym, turn.telegram_language))
        await turn.change(forgotten(turn.texts))
        return
    await turn.change(privacy(turn.texts, has_choices=_is_known(services, turn)))


def _is_known(services: Services, turn: Turn) -> bool:
    return services.people.has_choices(turn.pseudonym) or services.tastes.knows(turn.pseudonym)


async def _speak(services: Services, turn: Turn, language: Language) -> None:
    await services.people.choose_language(turn.pseudonym, language)
    turn.texts = texts(language)
    await services.menus.show(turn)
