"""Rated queries and how well an answer does by them."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.errors import StartupError

DEPTH = 10
BEST = 3
GOOD = 2
_COLUMNS = ("query", "docid", "rating")


@dataclass(frozen=True, slots=True)
class Rated:
    """A query with the ratings that people gave to products for it, 0 (wrong) to 3 (what was meant).

    `kind` says what is hard about it, where the file tells.
    """

    query: str
    ratings: Mapping[str, int]
    kind: str = ""

    @property
    def has_good(self) -> bool:
        """Whether some product is any good, without which no order is better than another."""
        return any(self.ratings.values())

    @property
    def relevant(self) -> frozenset[str]:
        """The products rated 2 or 3; where there are none, those rated 1."""
        good = frozenset(product_id for product_id, rating in self.ratings.items() if rating >= GOOD)
        return good or frozenset(product_id for product_id, rating in self.ratings.items() if rating)

    def ndcg(self, answer: Sequence[str]) -> float:
        """NDCG@10 with gain 2^rating - 1 and discount 1 / log2(rank + 1); a product without a rating gains 0.

        Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002; gains as in Burges et al.,
        2005. The best order of all rated products is 1. Raises ZeroDivisionError unless `has_good`.
        """
        got = [self.ratings.get(product_id, 0) for product_id in answer]
        return _dcg(got) / _dcg(sorted(self.ratings.values(), reverse=True))

    def judged(self, answer: Sequence[str]) -> list[str]:
        """The answer without the products that nobody rated."""
        return [product_id for product_id in answer if product_id in self.ratings]

    def reciprocal_rank(self, answer: Sequence[str]) -> float:
        """1 / the rank of the first relevant product of the first ten; 0 if there is none."""
        ranks = (rank for rank, product_id in enumerate(answer[:DEPTH], start=1) if product_id in self.relevant)
        return 1 / next(ranks, math.inf)

    def recall(self, answer: Sequence[str]) -> float:
        """How many of the relevant products, or of ten of them if there are more, are among the first ten.

        Raises ZeroDivisionError unless `has_good`.
        """
        return len(self.relevant.intersection(answer[:DEPTH])) / min(len(self.relevant), DEPTH)


def read(path: Path) -> list[Rated]:
    """The rated queries of a CSV file with the columns query, docid, rating, and maybe kind, in the order of the file.

    A row without a docid says that no product answers the query. Raises StartupError that names the file and the line.
    """
    ratings: dict[str, dict[str, int]] = {}
    kinds: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not set(_COLUMNS) <= set(rows.fieldnames or ()):
                raise StartupError(f"--judgments {path}: the first line must name the columns query,docid,rating.")
            for row in rows:
                given, rating = ratings.setdefault(row["query"], {}), _rating(row["rating"], path, rows.line_num)
                kinds[row["query"]] = row.get("kind") or ""
                if row["docid"]:
                    given[row["docid"]] = rating
    except OSError as error:
        raise StartupError(f"--judgments {path}: cannot be read ({error.strerror}); name a CSV file.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise StartupError(f"--judgments {path}: is not CSV in UTF-8 ({error}).") from None
    return [Rated(query, given, kinds[query]) for query, given in ratings.items()]


def _rating(text: str | None, path: Path, line: int) -> int:
    try:
        rating = float(text or "")
    except ValueError:
        rating = -1.0
    if rating != int(rating) or not 0 <= rating <= BEST:
        raise StartupError(f"--judgments {path}, line {line}: the rating {text!r} is not one of 0, 1, 2, 3.")
    return int(rating)


def _dcg(ratings: Sequence[int]) -> float:
    return sum((2.0**rating - 1) / math.log2(rank + 2) for rank, rating in enumerate(ratings[:DEPTH]))
