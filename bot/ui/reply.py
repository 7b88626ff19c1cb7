"""One answer, before it is anybody's message: text, buttons, perhaps a picture."""

from dataclasses import dataclass, field, replace

from bot.ui.callback_data import CallbackData
from bot.ui.locale import Html


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: exactly one of a callback, a link, or a text for inline mode."""

    label: str
    press: CallbackData | None = None
    url: str | None = None
    inline: str | None = None


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """Telegram HTML of at most 4,096 visible characters, or 1,024 with a photo; rows of buttons; a photo's address."""

    text: Html
    buttons: Rows = field(default=())
    photo: str | None = None


def without_links(reply: Reply) -> Reply:
    """The reply without the buttons that open a page."""
    rows = (tuple(button for button in row if button.url is None) for row in reply.buttons)
    return replace(reply, buttons=tuple(row for row in rows if row))


def in_rows(buttons: list[Button], width: int) -> Rows:
    """Buttons in rows of `width`."""
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))
