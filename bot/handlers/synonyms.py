"""/synonyms: look at, add to and take from the search's dictionary, without a restart."""

from bot.handlers.acting import actor, entry_id
from bot.replies.callback import EditSynonyms
from bot.replies.notices import old_button
from bot.replies.synonyms import line_gone, no_line, removal_question, synonym_added, synonym_list
from bot.replies.text import clean
from bot.services import Services
from bot.synonym_book import NoSynonyms, line_mark, parse_line
from bot.turn import Turn

TEXT_LIMIT = 400
ADDING = ("add ", "добавить ")


async def synonyms(services: Services, turn: Turn, argument: str) -> None:
    """The list, or a new line."""
    text = argument.strip()[:TEXT_LIMIT]
    if not text or text.lower() == "list":
        await turn.say(synonym_list(services.admin.synonyms.lines(), 0, turn.texts))
        return
    for word in ADDING:
        text = text[len(word) :] if text.lower().startswith(word) else text
    await add_synonym(services, turn, text.strip('«»"“”'))


async def add_synonym(services: Services, turn: Turn, text: str) -> None:
    """Add the line that the text is; also for buttons that suggest one."""
    try:
        line = parse_line(text, clean(turn.name, 64))
    except NoSynonyms as error:
        await turn.say(no_line(error.fault, turn.texts))
        return
    new = await services.admin.synonyms.add(line, actor(turn), entry_id(turn))
    await turn.say(synonym_added(line_mark(line), line, turn.texts, new=new))


async def edit_synonyms(services: Services, turn: Turn, press: EditSynonyms) -> None:
    """Turn pages, and take lines out."""
    book = services.admin.synonyms
    if press.step == "list":
        await turn.change(synonym_list(book.lines(), press.page, turn.texts))
        return
    if press.step not in {"ask", "yes"}:
        await turn.toast(old_button(turn.texts), alert=True)
        return
    line = book.get(press.line)
    if line is None:
        await turn.toast(line_gone(turn.texts), alert=True)
    elif press.step == "ask":
        await turn.change(removal_question(press.line, line, press.page, turn.texts))
        return
    else:
        await book.remove(press.line, actor(turn), entry_id(turn))
    await turn.change(synonym_list(book.lines(), press.page, turn.texts))
