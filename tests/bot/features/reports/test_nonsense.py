"""What nobody meant as a search stands in no report."""

import pytest

from bot.features.reports.nonsense import is_nonsense


@pytest.mark.parametrize("text", ["asdfgh", "йцукен", "qwerty", "ааааа", "zxcvbnm", "фывапр", "!!!", "😀😀", "bcdfg"])
def test_fingers_on_the_keyboard(text: str) -> None:
    assert is_nonsense(text)


@pytest.mark.parametrize(
    "text",
    ["умные часы", "hdmi", "usb", "ссд", "4k", "iphone 15", "V-4900901", "qwerty клавиатура", "зонт", "трос", "rhythm"],
)
def test_words_that_may_be_meant(text: str) -> None:
    assert not is_nonsense(text)
