"""What sections of the catalogue are called in each language.

Shops write a section in their own language alone. For a reader of the other one the name comes from the admins
(`SectionName`, the newest word), or else from a short dictionary of common sections; a name that neither knows is
shown as the shop wrote it.
"""

from collections.abc import Mapping

from pydantic import Field

from bot.products.section_words import WORDS
from bot.state.store import Store, StoreSpec
from bot.ui.callback_ids import mark
from bot.ui.locale import Language, Texts
from bot.ui.text import clean, cut
from pipeline.bans.rule import category_steps
from pipeline.contracts.messages import Message, Moment, now
from pipeline.text.letters import folded

SECTION_LIMIT = 40


class SectionName(Message):
    """What admins call a section in a language; its key is `section:<language>:<mark of the shops' name>`."""

    step: str = Field(description="the section as the shops write it")
    name: str
    by: str = ""
    at: Moment = Field(default_factory=now)


SECTION_NAMES = StoreSpec("section:", SectionName)


class SectionNames:
    """The names in force: what admins wrote, over the dictionary."""

    def __init__(self, words: Mapping[str, Mapping[Language, str]]) -> None:
        self._words = words
        self._mended: dict[str, str] = {}

    def follow(self, store: Store[SectionName]) -> None:
        """Take the admins' names from this store from now on, and forget those of another."""
        self._mended = {key: entry.name for key, entry in store.entries()}

        def changed(key: str, _: SectionName | None, after: SectionName | None) -> None:
            if after is None:
                self._mended.pop(key, None)
            else:
                self._mended[key] = after.name

        store.subscribe(changed)

    def name(self, step: str, language: Language) -> str:
        """One step of a section's path in this language, as plain text of one line."""
        own = clean(step)
        mended = self._mended.get(section_key(own, language))
        return cut(clean(mended) if mended else self._words.get(folded(own), {}).get(language, own), SECTION_LIMIT)


# One for the process, as the marketplace's currency is: names are shown wherever a product is.
NAMES = SectionNames(WORDS)


def section_key(step: str, language: Language) -> str:
    """Under which the admins' name of a step is kept."""
    return f"{language}:{mark(folded(step), 8)}"


def steps_of(category: str) -> tuple[str, ...]:
    """The steps of a section's path, from the general to the special, as the shop wrote them."""
    return tuple(step for part in category_steps(category) if (step := clean(part)))


def section_name(category: str, texts: Texts) -> str:
    """The most special step of a section's path, in the reader's language."""
    steps = steps_of(category)
    return NAMES.name(steps[-1], texts.language) if steps else ""


def section_path(category: str, texts: Texts) -> str:
    """The whole path in the reader's language: Electronics › Smart watches."""
    return " › ".join(NAMES.name(step, texts.language) for step in steps_of(category))
