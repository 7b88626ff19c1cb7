"""Sections of two levels, made of the categories that products have."""

from hypothesis import given
from hypothesis import strategies as st

from bot.features.catalogue.tree import find, section_mark, tree
from bot.products.section_names import steps_of

steps = st.text(alphabet="абвAB ё", min_size=1, max_size=4).map(str.strip).filter(bool)
paths = st.lists(steps, min_size=1, max_size=4).map(" / ".join)


def test_parts_are_counted_into_what_they_are_parts_of() -> None:
    top, other = tree(
        [("Электроника / Часы / Умные", 3), ("Электроника / Наушники", 5), ("электроника", 1), ("Сад", 2)]
    )
    assert (top.name, top.count, [(part.name, part.count) for part in top.children]) == (
        "Электроника", 9, [("Наушники", 5), ("Часы", 3)],
    )  # fmt: skip
    assert (other.path, other.count, other.children) == ("Сад", 2, ())
    assert top.children[1].path == "Электроника / Часы"


def test_the_spelling_of_the_most_products_names_a_section() -> None:
    [section] = tree([("ОДЕЖДА > Куртки", 1), ("Одежда / куртки", 4)])
    assert section.name == "Одежда"
    assert [(part.name, part.count) for part in section.children] == [("куртки", 5)]


def test_a_list_of_a_section_shows_as_many_as_its_button_says() -> None:
    """A list narrowed to «Кофе» finds «Продукты / Кофе» too, so the button counts it."""
    sections = tree([("Кофе", 2), ("Продукты / Кофе", 5)])
    assert {section.name: section.count for section in sections} == {"Кофе": 7, "Продукты": 5}


def test_what_is_no_section_is_left_out() -> None:
    assert tree([("", 3), (" / ", 2)]) == ()
    assert find(tree([("Сад", 1)]), "nosuch") is None


@given(st.lists(st.tuples(paths, st.integers(1, 100)), max_size=20))
def test_every_category_is_in_a_section_and_every_section_is_found_by_its_button(
    counted: list[tuple[str, int]],
) -> None:
    sections = tree(counted)
    for category, _ in counted:
        found = steps_of(category)
        for depth in range(1, min(len(found), 2) + 1):
            section = find(sections, section_mark(found[:depth]))
            assert section is not None
            assert section.count > 0
    for section in sections:
        assert sum(part.count for part in section.children) <= section.count
