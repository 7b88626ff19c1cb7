"""What the bot says, in Russian and English: gettext catalogues, compiled in memory from the .po files.

A message id is the English text. `texts.html` escapes what it inserts, `texts.plain` does not: buttons, toasts and
command menus are not markup. Both take `{names}` as placeholders; plural forms are chosen by `n`.
"""

import functools
import html
from datetime import timedelta, timezone, tzinfo
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")
DEFAULT: Language = "ru"
MOSCOW = timezone(timedelta(hours=3))
# Languages whose speakers usually read Russian better than English, by Telegram's language_code.
READS_RUSSIAN = frozenset({"ru", "be", "uk", "kk", "ky", "tg", "uz", "hy", "az", "ka", "tt"})


class Html(str):
    """Text that is Telegram HTML already and is inserted as it is."""

    __slots__ = ()


class Texts:
    """The bot's words in one language, for a reader whose clock is in `zone`."""

    def __init__(self, language: Language, translations: GNUTranslations, zone: tzinfo = MOSCOW) -> None:
        self.language = language
        self.zone = zone
        self._translations = translations

    def html(self, text: str, /, **values: object) -> Html:
        """The translation as Telegram HTML; values are escaped unless they are Html."""
        return Html(self._translations.gettext(text).format(**_escaped(values)))

    def plain(self, text: str, /, **values: object) -> str:
        """The translation as plain text."""
        return self._translations.gettext(text).format(**values)

    def html_n(self, one: str, many: str, /, n: int, **values: object) -> Html:
        """The plural form for `n`, which is also the placeholder {n}, as Telegram HTML."""
        text = self._translations.ngettext(one, many, n)
        return Html(text.format(n=number(n, self.language), **_escaped(values)))

    def plain_n(self, one: str, many: str, /, n: int, **values: object) -> str:
        """The plural form for `n` as plain text."""
        return self._translations.ngettext(one, many, n).format(n=number(n, self.language), **values)


@functools.cache
def texts(language: Language, zone: tzinfo = MOSCOW) -> Texts:
    """The words of a language, and moments on the clock of `zone`; a catalogue is compiled at the first call."""
    return Texts(language, _catalogue(language), zone)


@functools.cache
def _catalogue(language: Language) -> GNUTranslations:
    with files(__name__).joinpath(language, "LC_MESSAGES", "bot.po").open("rb") as source:
        catalogue = read_po(source, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def later(text: str) -> str:
    """Marks a text that is translated where it is shown, not where it is written."""
    return text


def language_of(code: str | None) -> Language:
    """The language for a Telegram language_code such as ru, en-GB, uk; without one, the marketplace's own."""
    if not code:
        return DEFAULT
    base = code.lower().partition("-")[0]
    return "ru" if base in READS_RUSSIAN else "en"


def known(code: str) -> Language | None:
    """The language of this exact code, if the bot speaks it."""
    return next((language for language in LANGUAGES if language == code), None)


def number(value: int, language: Language) -> str:
    """12 990 or 12,990; the space does not break."""
    grouped = f"{value:,}"
    return grouped.replace(",", "\u00a0") if language == "ru" else grouped


def _escaped(values: dict[str, object]) -> dict[str, object]:
    return {
        name: value if isinstance(value, Html | int) else html.escape(str(value), quote=False)
        for name, value in values.items()
    }
