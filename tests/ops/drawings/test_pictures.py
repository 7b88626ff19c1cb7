"""The drawn pictures: whole PNG files, and nothing for other addresses."""

import pytest

from ops.drawings.pictures import DRAWING_SCHEME, drawings, picture
from tests.ops.drawings.png import pixels


def test_a_picture_is_small_enough_to_be_sent_at_once() -> None:
    png = picture(f"{DRAWING_SCHEME}watch-black")
    assert png is not None
    assert len(png) < 30_000
    rows = pixels(png)
    assert (len(rows), {len(row) for row in rows}) == (480, {3 * 640})


@pytest.mark.parametrize("drawing", sorted(drawings()))
def test_every_drawing_can_be_drawn(drawing: str) -> None:
    png = picture(f"{DRAWING_SCHEME}{drawing}-blue")
    assert png is not None
    assert len(set(pixels(png))) > 50


@pytest.mark.parametrize(
    "url", ["https://shop.example/watch-black.png", "demo:", "demo:watch", "demo:watch-nocolour", "demo:../watch-black"]
)
def test_other_addresses_have_none(url: str) -> None:
    assert picture(url) is None
