"""What the schedule's jobs are called, beside their codes."""

from bot.ui.locale import Texts
from bot.ui.text import clean, cut


def job_name(code: str, texts: Texts) -> str:
    """The job's name in words; a job that is not known here keeps its code."""
    names = {
        "ingest": texts.plain("history import"),
        "recommend": texts.plain("recommendations"),
        "compact": texts.plain("archive clean-up"),
        "forget": texts.plain("deletion of personal data"),
    }
    return names.get(code) or cut(clean(code), 40) or "?"
