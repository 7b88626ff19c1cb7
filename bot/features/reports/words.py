"""Times and counts of a report in words, for its captions and its charts."""

from bot.ui.locale import Texts, number


def seconds_words(seconds: float, texts: Texts) -> str:
    """0.08 s, 2.1 s, 12 s, 4 min, 3 h."""
    if seconds < 10:
        value = f"{seconds:.{2 if seconds < 1 else 1}f}".replace(".", "," if texts.language == "ru" else ".")
        return texts.plain("{n} s", n=value)
    if seconds < 120:
        return texts.plain("{n} s", n=round(seconds))
    if seconds < 7_200:
        return texts.plain("{n} min", n=round(seconds / 60))
    return texts.plain("{n} h", n=round(seconds / 3_600))


def people_words(count: int, texts: Texts) -> str:
    """How many people it were."""
    return texts.plain_n("{n} person", "{n} people", count)


def count_words(count: int, texts: Texts) -> str:
    """A number as people of the language write it."""
    return number(count, texts.language)
