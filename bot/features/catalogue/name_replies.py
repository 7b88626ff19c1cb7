"""What sections are called in the other language: for admins."""

from bot.features.catalogue.buttons import NameSection, ShowSection
from bot.features.catalogue.tree import Section
from bot.products.section_names import NAMES, SECTION_LIMIT
from bot.ui.callback_ids import mark
from bot.ui.locale import Language, Texts
from bot.ui.pager import page_of, pager
from bot.ui.reply import Button, Reply
from bot.ui.text import cut

PER_PAGE = 8
LABEL_LIMIT = 60


def other_language(step: str) -> Language:
    """The language in which a section lacks a name: English for what is written in Cyrillic, Russian for the rest."""
    return "en" if any("а" <= letter <= "я" or letter == "ё" for letter in step.lower()) else "ru"


def step_mark(step: str) -> str:
    """How a button names a step."""
    return mark(step)


def steps_in(section: Section) -> tuple[str, ...]:
    """The steps that the section's page shows: its own, then those of its parts."""
    return tuple(dict.fromkeys((section.name, *(part.name for part in section.children))))


def name_list(section: Section, number: int, texts: Texts) -> Reply:
    """The section's steps with their names in the other language, to choose one."""
    page = page_of(steps_in(section), number, PER_PAGE)
    rows = tuple(
        (
            Button(
                cut(f"{step} → {NAMES.name(step, other_language(step))}", LABEL_LIMIT),
                NameSection(section.key, "ask", step_mark(step), page.number),
            ),
        )
        for step in page.items
    )
    turn = pager(page.number, page.pages, lambda to: NameSection(section.key, "list", "", to))
    back = Button(texts.plain("‹ Back"), ShowSection(section.key))
    title = texts.html("✏️ <b>Names of sections</b>\nWhich one do you want to translate?")
    return Reply(title, (*rows, *turn, (back,)))


def name_question(section: Section, step: str, number: int, texts: Texts, *, given: bool) -> Reply:
    """Asks for the name; `given`: admins have named it before, so there is a way back to the dictionary's word."""
    asked = (
        texts.html("✏️ Send the English name of <code>{name}</code>.", name=step)
        if other_language(step) == "en"
        else texts.html("✏️ Send the Russian name of <code>{name}</code>.", name=step)
    )
    drop = Button(texts.plain("↩️ As before"), NameSection(section.key, "drop", step_mark(step), number))
    leave = Button(texts.plain("✕ Cancel"), NameSection(section.key, "leave", "", number))
    return Reply(asked, ((drop, leave),) if given else ((leave,),))


def named(step: str, name: str, section: str, texts: Texts) -> Reply:
    """The name is in force; it can be taken back."""
    said = (
        texts.html("✅ “{step}” is “{name}” in English now.", step=step, name=name)
        if other_language(step) == "en"
        else texts.html("✅ “{step}” is “{name}” in Russian now.", step=step, name=name)
    )
    undo = Button(texts.plain("↩️ Undo"), NameSection(section, "drop", step_mark(step)))
    return Reply(said, ((undo, Button(texts.plain("‹ To the section"), ShowSection(section))),))


def too_long(texts: Texts) -> Reply:
    """The text is no name of a section."""
    return Reply(texts.html("🤔 A section's name is one line of at most {n} characters.", n=SECTION_LIMIT))


def taken_back(texts: Texts) -> str:
    """The notice when a name is the dictionary's again."""
    return texts.plain("The name is as before.")
