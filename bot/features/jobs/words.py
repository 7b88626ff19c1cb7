"""Jobs and what they do now, as people say it. Pure."""

import re
from collections.abc import Mapping

from bot.ui.locale import Texts, later, number
from bot.ui.text import clean, cut

STAGE_LIMIT = 100
ABOUT: Mapping[str, str] = {
    "ingest": later("keeps what is new in the marketplace: products, bans, requests"),
    "recommend": later("learns from views and searches what to suggest to whom"),
    "forget": later("deletes the data of those who asked for it"),
    "compact": later("joins small files and removes old ones"),
    "verify": later("compares the products in Kafka, in the lake and in search"),
}
WAITS = re.compile(r"waiting for (?P<job>[a-z_]+)")
STAGES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"comparing keys of the lake"), later("comparing the lake with Kafka")),
    (re.compile(r"comparing keys of the index"), later("comparing search with Kafka")),
    (re.compile(r"joining files of (?P<what>.+)"), later("joining files: {what}")),
    (re.compile(r"putting the catalogue in place"), later("updating the catalogue")),
    (re.compile(r"reading the history"), later("reading the history")),
    (re.compile(r"reading (?P<what>.+)"), later("reading {what}")),
    (re.compile(r"(?P<what>\S+): (?P<n>[\d,]+) records"), later("{what}: {n} records")),
    (re.compile(r"learning from (?P<n>[\d,]+) signals of (?P<people>[\d,]+) people"),
     later("learning from {n} actions of {people} people")),
    (re.compile(r"choosing products"), later("choosing products")),
    (re.compile(r"writing what has changed"), later("writing what has changed")),
    (re.compile(r"deleting the rows of (?P<n>[\d,]+) people"), later("deleting the data of {n} people")),
    (re.compile(r"deleting from the request index"), later("deleting from the search log")),
)  # fmt: skip
"""What `analytics` says of its work, in English, and how that is told in the chat."""


def job_about(name: str, texts: Texts) -> str:
    """What it does, in half a sentence."""
    return texts.plain(ABOUT[name]) if name in ABOUT else ""


def waits_for(stage: str) -> str | None:
    """The job behind which a run waits, if it says so."""
    found = WAITS.fullmatch(stage.strip())
    return found["job"] if found else None


def stage_words(stage: str, texts: Texts) -> str:
    """What the job does now; what is not known here as it was said."""
    for pattern, said in STAGES:
        if found := pattern.fullmatch(stage.strip()):
            values = {key: _value(value, texts) for key, value in found.groupdict().items()}
            return cut(texts.plain(said, **values), STAGE_LIMIT)
    return cut(clean(stage), STAGE_LIMIT)


def _value(value: str, texts: Texts) -> str:
    digits = value.replace(",", "")
    return number(int(digits), texts.language) if digits.isdigit() else clean(value)
