"""Formatted texts as trees, from which both the markup and what must come of it can be written down."""

from dataclasses import dataclass

from hypothesis import strategies as st

from ops.sandbox.markup.text import utf16_length
from ops.sandbox.objects import Entity

KINDS = ("bold", "italic", "underline", "strikethrough", "spoiler")


@dataclass(frozen=True, slots=True)
class Leaf:
    text: str


@dataclass(frozen=True, slots=True)
class Branch:
    kind: str
    children: "tuple[Leaf | Branch, ...]"


Tree = Leaf | Branch

# Characters of one, two, three and four bytes, and all that markup makes special.
TEXTS = st.text(
    st.one_of(
        st.sampled_from('_*[]()~`>#+-=|{}.!\\<&";/ab Яж€😀👩'),
        st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]),
    ),
    min_size=1,
    max_size=8,
)
TREES: st.SearchStrategy[Tree] = st.recursive(
    TEXTS.map(Leaf),
    lambda inner: st.builds(Branch, st.sampled_from(KINDS), st.lists(inner, min_size=1, max_size=3).map(tuple)),
    max_leaves=6,
)


def plain(trees: list[Tree]) -> str:
    return "".join(tree.text if isinstance(tree, Leaf) else plain(list(tree.children)) for tree in trees)


def expected(trees: list[Tree], offset: int = 0) -> list[Entity]:
    """Entities, in no order, with offsets in UTF-16 units."""
    found: list[Entity] = []
    for tree in trees:
        length = utf16_length(plain([tree]))
        if isinstance(tree, Branch):
            found.append(Entity(type=tree.kind, offset=offset, length=length))
            found += expected(list(tree.children), offset)
        offset += length
    return found


def in_order(entities: "list[Entity] | tuple[Entity, ...]") -> list[tuple[int, int, str]]:
    return sorted((entity["offset"], entity["length"], entity["type"]) for entity in entities)
