"""What admins call sections: written on record, in force with the next answer."""

from collections.abc import Callable
from datetime import datetime

from bot.core.audit_log import AuditLog
from bot.core.update_context import UpdateContext
from bot.products.section_names import SectionName, section_key
from bot.state.store import Store
from bot.ui.locale import Language
from bot.ui.text import clean


class NameStore:
    """The names in `chat_state`; what is shown is `bot.products.section_names.NAMES`, which follows."""

    def __init__(self, names: Store[SectionName], audit_log: AuditLog, clock: Callable[[], datetime]) -> None:
        self._names = names
        self._audit_log = audit_log
        self._clock = clock

    def given(self, step: str, language: Language) -> SectionName | None:
        """What admins call the step in this language; None: nobody said, so the dictionary's word is shown."""
        return self._names.get(section_key(step, language))

    async def give(self, context: UpdateContext, step: str, language: Language, name: str) -> None:
        """Call the step so from now on, on record first. Raises KafkaError."""
        await self._audit_log.record(context, "section_name", step, f"{language}: {name}")
        entry = SectionName(step=step, name=name, by=clean(context.name, 64), at=self._clock())
        await self._names.put(section_key(step, language), entry)

    async def drop(self, context: UpdateContext, step: str, language: Language) -> bool:
        """Go back to the dictionary's word, on record first; False when it is shown already. Raises KafkaError."""
        if self.given(step, language) is None:
            return False
        await self._audit_log.record(context, "section_name", step, f"{language}:")
        await self._names.put(section_key(step, language), None)
        return True
