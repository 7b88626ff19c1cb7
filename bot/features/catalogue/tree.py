"""Sections with what is in them, made of the categories that products have. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.products.section_names import steps_of
from bot.ui.callback_ids import mark
from pipeline.text.letters import folded


@dataclass(frozen=True, slots=True)
class Section:
    """A section by the steps of its path, as most products write them. `count`: products that a list of it shows."""

    steps: tuple[str, ...]
    count: int
    children: tuple["Section", ...] = ()

    @property
    def path(self) -> str:
        """The path by which a list is narrowed to the section."""
        return " / ".join(self.steps)

    @property
    def name(self) -> str:
        """The section's own step, as the shops write it."""
        return self.steps[-1]

    @property
    def key(self) -> str:
        """How a button names the section."""
        return section_mark(self.steps)


def section_mark(steps: Sequence[str]) -> str:
    """How a button names the section with this path."""
    return mark("\n".join(map(folded, steps)))


def tree(counted: Iterable[tuple[str, int]]) -> tuple[Section, ...]:
    """The sections of two levels, those with the most products first; `counted` are categories with their products."""
    rows = [(steps, count) for category, count in counted if (steps := steps_of(category))]
    tops = _grouped(rows, 0)
    return _ordered(
        Section((name,), _listed(name, rows), _children(name, members)) for name, members in tops if members
    )


def find(sections: Iterable[Section], key: str) -> Section | None:
    """The section that a button stands for, of either level."""
    for section in sections:
        if section.key == key:
            return section
        if (child := find(section.children, key)) is not None:
            return child
    return None


Row = tuple[tuple[str, ...], int]


def _children(top: str, rows: Sequence[Row]) -> tuple[Section, ...]:
    deeper = [row for row in rows if len(row[0]) > 1]
    return _ordered(Section((top, name), sum(count for _, count in members)) for name, members in _grouped(deeper, 1))


def _grouped(rows: Iterable[Row], level: int) -> list[tuple[str, list[Row]]]:
    """Rows by their step at this level, however it is spelled; each group by the spelling with the most products."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(folded(row[0][level]), []).append(row)
    return [(max(members, key=lambda row: row[1])[0][level], members) for members in groups.values()]


def _listed(top: str, rows: Iterable[Row]) -> int:
    # A list narrowed to a name finds it as the last step of a path too (`pipeline.catalog.mapping.category_path`).
    key = folded(top)
    return sum(count for steps, count in rows if key in {folded(steps[0]), folded(steps[-1])})


def _ordered(sections: Iterable[Section]) -> tuple[Section, ...]:
    return tuple(sorted(sections, key=lambda section: (-section.count, folded(section.name))))
