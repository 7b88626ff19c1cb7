"""What the parts of the marketplace that a drill can stop are called. Pure."""

from collections.abc import Mapping

from bot.ui.locale import Texts, later
from bot.ui.text import clean, cut

NAME_LIMIT = 40
NAMES: Mapping[str, str] = {
    "filter": later("ban filter"),
    "indexer": later("search indexer"),
    "kafka": later("message log (Kafka)"),
    "elasticsearch": later("search (Elasticsearch)"),
}


def part_name(part: str, texts: Texts) -> str:
    """What the part is called; one that is not known here by the name it has."""
    return texts.plain(NAMES[part]) if part in NAMES else cut(clean(part), NAME_LIMIT) or "?"


def part_label(part: str, texts: Texts) -> str:
    """The same at the beginning of a button."""
    name = part_name(part, texts)
    return name[:1].upper() + name[1:]
