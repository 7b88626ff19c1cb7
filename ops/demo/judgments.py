"""Judged queries: what people type, and how well each product answers, by what the generator knows.

`queries.toml` holds the queries; a query has rules in order, and the first rule that fits a product gives its grade
(3 exactly what was meant, 2 close, 1 a neighbour that may do, 0 what is easily mistaken for it).
"""

import csv
import io
import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from ops.demo import bans
from ops.demo.offers import DemoOffer
from ops.demo.sections import Language

QUERIES = Path(__file__).with_name("queries.toml")


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


def queries() -> tuple[JudgedQuery, ...]:
    """All judged queries, in the order of the file."""
    rows = tomllib.loads(QUERIES.read_text("utf-8"))["query"]
    return tuple(map(JudgedQuery.model_validate, rows))


def file(offers: Iterable[DemoOffer]) -> bytes:
    """`judgments.csv`: query,docid,rating. What the demo bans from the start is not judged."""
    everything = bans.allowed(offers)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("query", "docid", "rating"))
    for query in queries():
        writer.writerows((query.text, product, grade) for product, grade in query.grades(everything).items())
    return text.getvalue().encode()
