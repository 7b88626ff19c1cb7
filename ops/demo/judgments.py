"""Judged queries: what people type, and how well each product answers, by what the generator knows.

`queries.toml` holds the queries; a query has rules in order, and the first rule that fits a product gives its grade
(3 exactly what was meant, 2 close, 1 a neighbour that may do, 0 what is easily mistaken for it).
`russian_queries.toml` holds many more of them, written in groups that share their rules and by what is hard about them.
"""

import csv
import io
import tomllib
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from ops.demo import bans
from ops.demo.offers import DemoOffer
from ops.demo.sections import Language

QUERIES = Path(__file__).with_name("queries.toml")
RUSSIAN_QUERIES = Path(__file__).with_name("russian_queries.toml")


class JudgmentRule(BaseModel):
    """Fits an offer when every field that is given fits; `word` is looked for in the name, case aside."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    grade: int = Field(ge=0, le=3)
    category: str | None = None
    brand: str | None = None
    model: str | None = None
    noun: str | None = None
    colour: str | None = None
    option: str | None = None
    article: str | None = None
    word: str | None = None
    language: Language | None = None
    under: int | None = None

    def fits(self, offer: DemoOffer) -> bool:
        exact = (
            (self.category, offer.category),
            (self.brand, offer.brand),
            (self.model, offer.model),
            (self.noun, offer.noun),
            (self.colour, offer.colour),
            (self.option, offer.option),
            (self.article, offer.sku),
            (self.language, offer.language),
        )
        return (
            all(wanted is None or wanted == found for wanted, found in exact)
            and (self.word is None or self.word.lower() in offer.name.lower())
            and (self.under is None or offer.price < self.under)
        )


class JudgedQuery(BaseModel):
    """What a person types; `kind` says what is hard about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    kind: str
    language: Language = "ru"
    rules: tuple[JudgmentRule, ...]

    def grades(self, offers: Iterable[DemoOffer]) -> dict[str, int]:
        """Product id → grade, for the offers that some rule speaks of."""
        found = {}
        for offer in offers:
            grade = next((rule.grade for rule in self.rules if rule.fits(offer)), None)
            if grade is not None:
                found[offer.product_id] = grade
        return found


class _Group(BaseModel):
    """Texts that mean the same goods, by kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: tuple[JudgmentRule, ...]
    texts: dict[str, tuple[str, ...]]


def queries() -> tuple[JudgedQuery, ...]:
    """All judged queries, in the order of the file."""
    rows = tomllib.loads(QUERIES.read_text("utf-8"))["query"]
    return tuple(map(JudgedQuery.model_validate, rows))


def russian_queries() -> tuple[JudgedQuery, ...]:
    """What people in Russia type, in the order of the file; those without rules have no good answer."""
    groups = map(_Group.model_validate, tomllib.loads(RUSSIAN_QUERIES.read_text("utf-8"))["goods"])
    return tuple(
        JudgedQuery(text=text, kind=kind, rules=group.rules)
        for group in groups
        for kind, texts in group.texts.items()
        for text in texts
    )


def is_kept(query: JudgedQuery) -> bool:
    """Whether the query is one of the third that is kept for the last measurement; chance chose it, by its text."""
    return blake2b(query.text.encode(), digest_size=4).digest()[0] % 3 == 0


def file(asked: Sequence[JudgedQuery], offers: Iterable[DemoOffer]) -> bytes:
    """CSV: query,docid,rating,kind. What the demo bans from the start is not judged.

    A query that no product answers is one row with an empty docid.
    """
    everything = bans.allowed(offers)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("query", "docid", "rating", "kind"))
    for query in asked:
        grades = query.grades(everything) or {"": 0}
        writer.writerows((query.text, product, grade, query.kind) for product, grade in grades.items())
    return text.getvalue().encode()
