"""Admins mend what sections are called: choose one, write its name, take it back."""

from bot.core.update_context import UpdateContext
from bot.features.catalogue.buttons import NameSection
from bot.features.catalogue.name_questions import NameQuestion
from bot.features.catalogue.name_replies import (
    name_list,
    name_question,
    named,
    other_language,
    step_mark,
    steps_in,
    taken_back,
    too_long,
)
from bot.features.catalogue.replies import gone
from bot.features.catalogue.services import CatalogueServices
from bot.features.catalogue.tree import Section, find
from bot.products.section_names import SECTION_LIMIT
from bot.ui.notices import old_button
from bot.ui.roles import Role
from bot.ui.text import clean, units


async def name_section(services: CatalogueServices, context: UpdateContext, press: NameSection) -> None:
    """The names of a section's steps, or one of them asked for or taken back."""
    section = find(await context.typing(services.shelves.sections()), press.section)
    if section is None:
        await context.toast(gone(context.texts), alert=True)
        return
    services.questions.take(context.user_id, context.chat_id)
    step = next((step for step in steps_in(section) if step_mark(step) == press.step), None)
    if press.what == "ask" and step is not None:
        await _ask(services, context, section, step, press.page)
        return
    if press.what == "drop" and step is not None:
        await services.names.drop(context, step, other_language(step))
        await context.toast(taken_back(context.texts))
    elif press.what not in {"list", "leave"}:
        await context.toast(old_button(context.texts), alert=True)
        return
    await context.change(name_list(section, press.page, context.texts))


async def write_name(services: CatalogueServices, context: UpdateContext, text: str) -> bool:
    """Take the name that was asked for; False when none was, or the person is no admin any more."""
    asked = services.questions.take(context.user_id, context.chat_id)
    if asked is None or context.role is not Role.ADMIN:
        return False
    name = clean(text)
    if not name or "\n" in text.strip() or units(name) > SECTION_LIMIT:
        services.questions.ask(context.user_id, context.chat_id, asked)
        await context.say(too_long(context.texts))
        return True
    await services.names.give(context, asked.step, other_language(asked.step), name)
    await context.say(named(asked.step, name, asked.section, context.texts))
    return True


async def _ask(services: CatalogueServices, context: UpdateContext, section: Section, step: str, page: int) -> None:
    services.questions.ask(context.user_id, context.chat_id, NameQuestion(step, section.key))
    given = services.names.given(step, other_language(step)) is not None
    await context.change(name_question(section, step, page, context.texts, given=given))
