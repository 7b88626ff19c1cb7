"""One place of five changes from hour to hour, within bounds."""

from hypothesis import given
from hypothesis import strategies as st

from bot.features.recommendations.exploration import AHEAD, explored

SIZE = 5


@given(st.integers(0, 60), st.text(max_size=5))
def test_nothing_is_lost_and_only_last_places_and_later_pages_change(count: int, seed: str) -> None:
    order = list(range(count))
    found = explored(order, SIZE, seed)
    assert sorted(found) == order
    assert found == explored(order, SIZE, seed)
    assert found[: SIZE - 1] == order[: SIZE - 1]
    assert all(one < SIZE - 1 + AHEAD * SIZE for one in found[:SIZE])
    if count <= SIZE:
        assert found == order


def test_in_a_day_several_products_are_tried_and_four_of_five_stay() -> None:
    pages = [explored(range(30), SIZE, f"anna {hour}")[:SIZE] for hour in range(24)]
    assert len({page[-1] for page in pages}) >= 6
    assert {tuple(page[:-1]) for page in pages} == {(0, 1, 2, 3)}
