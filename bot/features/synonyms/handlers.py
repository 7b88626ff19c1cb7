"""/synonyms: look at, add to and take from the search's dictionary, without a restart."""

from bot.core.update_context import UpdateContext
from bot.features.synonyms.buttons import EditSynonyms
from bot.features.synonyms.replies import line_gone, no_line, removal_question, synonym_added, synonym_list
from bot.features.synonyms.services import SynonymServices
from bot.features.synonyms.store import NoSynonyms, line_mark, parse_line
from bot.ui.notices import old_button
from bot.ui.text import clean

TEXT_LIMIT = 400
ADDING = ("add ", "добавить ")


async def synonyms(services: SynonymServices, context: UpdateContext, argument: str) -> None:
    """The list, or a new line."""
    text = argument.strip()[:TEXT_LIMIT]
    if not text or text.lower() == "list":
        await context.say(synonym_list(services.synonyms.lines(), 0, context.texts))
        return
    for word in ADDING:
        text = text[len(word) :] if text.lower().startswith(word) else text
    await add_synonym(services, context, text.strip('«»"“”'))


async def add_synonym(services: SynonymServices, context: UpdateContext, text: str) -> None:
    """Add the line that the text is; also for buttons that suggest one."""
    try:
        line = parse_line(text, clean(context.name, 64))
    except NoSynonyms as error:
        await context.say(no_line(error.fault, context.texts))
        return
    new = await services.synonyms.add(context, line)
    await context.say(synonym_added(line_mark(line), line, context.texts, new=new))


async def edit_synonyms(services: SynonymServices, context: UpdateContext, press: EditSynonyms) -> None:
    """Turn pages, and take lines out."""
    lines = services.synonyms
    if press.step == "list":
        await context.change(synonym_list(lines.lines(), press.page, context.texts))
        return
    if press.step not in {"ask", "yes"}:
        await context.toast(old_button(context.texts), alert=True)
        return
    line = lines.get(press.line)
    if line is None:
        await context.toast(line_gone(context.texts), alert=True)
    elif press.step == "ask":
        await context.change(removal_question(press.line, line, press.page, context.texts))
        return
    else:
        await lines.remove(context, press.line)
    await context.change(synonym_list(lines.lines(), press.page, context.texts))
