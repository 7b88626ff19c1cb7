"""Which admin was asked to write a section's name, so that the next text is that name and not a search."""

from dataclasses import dataclass

# Only admins are asked.
REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class NameQuestion:
    """The step that is to be named, and the section on whose page it was asked for."""

    step: str
    section: str
