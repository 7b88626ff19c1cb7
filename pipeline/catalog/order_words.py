"""An order of the list in a query's own words: «недорогие», «самые дешёвые», "newest first". Pure."""

import re

from pipeline.catalog.request import Sort

_ADJECTIVE = r"(?:ые|ый|ие|ий|ая|ое|ого|их|ых|ую|ой)"
_CHEAP = (
    rf"(?:сам\w{{2,3}}\s+)?(?:не\s?дорог{_ADJECTIVE}|недорого|(?:по)?дешевле|деш[её]в{_ADJECTIVE}|деш[её]во"
    rf"|бюджетн{_ADJECTIVE})|сначала\s+деш\w+|(?:the\s+)?cheap(?:est|er)?(?:\s+first)?|inexpensive"
    r"|low(?:est)?\s+price(?:\s+first)?"
)
_DEAR = (
    rf"сам\w{{2,3}}\s+дорог{_ADJECTIVE}|подороже|сначала\s+дорог\w+|(?:the\s+)?most\s+expensive(?:\s+first)?"
    r"|high(?:est)?\s+price(?:\s+first)?"
)
_NEW = (
    r"(?:сначала\s+)?(?:сам\w{2,3}\s+)?(?:новинк[аиу]|новинок|новые\s+поступления|свежие\s+поступления)"
    r"|сначала\s+нов(?:ые|ое|ую|ый)|newest(?:\s+first)?|new\s+arrivals?"
)
_ORDERS: tuple[tuple[Sort, re.Pattern[str]], ...] = (
    ("price_asc", re.compile(rf"(?<![\w-])(?:{_CHEAP})(?![\w-])", re.IGNORECASE)),
    ("price_desc", re.compile(rf"(?<![\w-])(?:{_DEAR})(?![\w-])", re.IGNORECASE)),
    ("newest", re.compile(rf"(?<![\w-])(?:{_NEW})(?![\w-])", re.IGNORECASE)),
)
_PRICE_FOLLOWS = re.compile(r"\s*(?:чем\s+|than\s+)?[^\w\s]?\s*\d")


def without_order(text: str) -> tuple[str, Sort]:
    """The text without «недорогие», «самые дешёвые», «подешевле», and the order that they ask for."""
    for sort, words in _ORDERS:
        found = words.search(text)
        # «дешевле 3000» is a price.
        if found and not _PRICE_FOLLOWS.match(text, found.end()):
            return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split()), sort
    return text, "relevance"
