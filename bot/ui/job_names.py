"""What the schedule's jobs are called, in /jobs, in /status and on alert cards. Pure."""

from collections.abc import Mapping

from bot.ui.locale import Texts, later
from bot.ui.text import clean, cut

NAME_LIMIT = 40
NAMES: Mapping[str, str] = {
    "ingest": later("Fill the lake"),
    "recommend": later("Learn recommendations"),
    "forget": later("Delete personal data"),
    "compact": later("Tidy the lake"),
    "verify": later("Compare the products"),
}


def job_name(name: str, texts: Texts) -> str:
    """What the job is called; one that is not known here by the name it has."""
    return texts.plain(NAMES[name]) if name in NAMES else cut(clean(name), NAME_LIMIT) or "?"
