"""What every reply must keep to, whatever went into it."""

from xml.etree import ElementTree

from bot.telegram.keyboard import keyboard
from bot.ui.reply import Reply
from bot.ui.text import CAPTION_LIMIT, MESSAGE_LIMIT, visible_units
from pipeline.contracts.ways_on import is_address

TAGS = frozenset({"b", "i", "s", "code", "blockquote"})
# Telegram's attribute without a value is no XML.
FOLDED = "<blockquote expandable>"


def check(reply: Reply) -> None:
    """Telegram would take it: well-formed HTML of known tags, within its length, buttons within 64 bytes."""
    text = reply.text.replace(FOLDED, "<blockquote>")
    tree = ElementTree.fromstring(f"<reply>{text}</reply>")  # noqa: S314 - our own text
    assert {element.tag for element in tree.iter()} - {"reply"} <= TAGS
    assert "".join(tree.itertext()).strip()
    assert 0 < visible_units(reply.text) <= (CAPTION_LIMIT if reply.photo else MESSAGE_LIMIT)
    assert not any(mark in reply.text for mark in "\u202e\u202b\u2066\u200b\x00")
    markup = keyboard(reply.buttons)
    for row in markup.inline_keyboard if markup else ():
        assert 1 <= len(row) <= 8
        for button in row:
            assert button.text.strip()
            assert button.callback_data is None or 1 <= len(str(button.callback_data).encode()) <= 64
            assert button.url is None or is_address(button.url)
            assert button.switch_inline_query is None or len(button.switch_inline_query) <= 256
