"""What was shown for rated queries as figures: each with an interval, by kind, and against an earlier run. Pure."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from pydantic import BaseModel, ConfigDict, Field

from ops.errors import StartupError
from pipeline.catalog.chance import Difference, Interval, difference, interval
from pipeline.catalog.judgments import DEPTH, Rated

_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class MarkedQuery:
    """A rated query and what a person who searches for it sees first.

    `hits`: product ids with their scores, best first. `judged`: the rated products of a much longer answer.
    `says_none`: the answer begins with the words that there is no such thing.
    """

    rated: Rated
    hits: tuple[tuple[str, float], ...]
    judged: tuple[str, ...]
    says_none: bool
    took_ms: float = 0.0

    @property
    def ids(self) -> list[str]:
        """The products that are shown."""
        return [product_id for product_id, _ in self.hits]

    @property
    def is_right(self) -> bool:
        """Whether a relevant product is among the first ten; where none is any good, whether that is said."""
        return not self.rated.relevant.isdisjoint(self.ids[:DEPTH]) if self.rated.has_good else self.says_none


class KindFigures(BaseModel):
    """How many queries of a kind there are, and the share that is answered right."""

    model_config = ConfigDict(frozen=True)

    right: float
    queries: int


class RelevanceFigures(BaseModel):
    """What `evaluate` prints.

    `queries` counts those with a good product; they alone have the first four marks. `right`: the share of all queries
    with a relevant product among the first ten, or of which it is rightly said that there is none.
    `no_hit_precision`: of those of which it is said, for how many it is true; `no_hit_recall`: of those for which it
    is true, of how many it is said. `intervals` hold each with 95 %; `against`: how much better than an earlier run;
    `weights`: the weight of meaning that was chosen for each fold, where figures are by folds.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    ndcg: float = Field(serialization_alias="ndcg@10")
    ndcg_judged: float = Field(serialization_alias="ndcg@10_judged")
    mrr: float
    recall: float = Field(serialization_alias="recall@10")
    right: float
    no_hit_precision: float | None
    no_hit_recall: float | None
    queries: int
    p50_ms: float
    intervals: dict[str, Interval]
    kinds: dict[str, KindFigures]
    against: dict[str, Difference] | None = None
    weights: tuple[float, ...] | None = None


def figures(marked: Sequence[MarkedQuery], earlier: Mapping[str, Sequence[str]] | None = None) -> RelevanceFigures:
    """The figures over all queries; against an earlier run (query → its products) if there is one."""
    with_good = [each for each in marked if each.rated.has_good]
    said = [not each.rated.has_good for each in marked if each.says_none]
    none = [each.says_none for each in marked if not each.rated.has_good]
    marks: dict[str, list[float]] = {
        "ndcg@10": [each.rated.ndcg(each.ids) for each in with_good],
        "ndcg@10_judged": [each.rated.ndcg(each.judged) for each in with_good],
        "mrr": [each.rated.reciprocal_rank(each.ids) for each in with_good],
        "recall@10": [each.rated.recall(each.ids) for each in with_good],
        "right": [float(each.is_right) for each in marked],
        "no_hit_precision": list(map(float, said)),
        "no_hit_recall": list(map(float, none)),
    }
    return RelevanceFigures(
        ndcg=_mean(marks["ndcg@10"]),
        ndcg_judged=_mean(marks["ndcg@10_judged"]),
        mrr=_mean(marks["mrr"]),
        recall=_mean(marks["recall@10"]),
        right=_mean(marks["right"]),
        no_hit_precision=_mean(marks["no_hit_precision"]) if said else None,
        no_hit_recall=_mean(marks["no_hit_recall"]) if none else None,
        queries=len(with_good),
        p50_ms=round(median([each.took_ms for each in marked] or [0.0]), 2),
        intervals={name: interval(each) for name, each in marks.items() if each},
        kinds=_kinds(marked),
        against=None if earlier is None else _against(with_good, earlier),
    )


def trec_lines(marked: Iterable[MarkedQuery]) -> Iterator[str]:
    """Lines of a TREC run, columns divided by tabs since queries have blanks: query, Q0, id, rank, score, name."""
    for each in marked:
        for rank, (product_id, score) in enumerate(each.hits, start=1):
            yield f"{each.rated.query}\tQ0\t{product_id}\t{rank}\t{score:.6f}\tyarmarka\n"


def read_run(path: Path) -> dict[str, list[str]]:
    """Query → products, best first, of a file as `trec_lines` writes it. Raises StartupError that names the fault."""
    found: dict[str, list[tuple[int, str]]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
                if len(row) != _COLUMNS or not row[3].isascii() or not row[3].isdigit():
                    raise StartupError(
                        f"--against {path}, line {number}: not the six columns of a run, divided by tabs."
                    )
                found.setdefault(row[0], []).append((int(row[3]), row[2]))
    except OSError as error:
        raise StartupError(f"--against {path}: cannot be read ({error.strerror}); name a file of --run.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise StartupError(f"--against {path}: is no run in UTF-8 ({error}).") from None
    return {query: [product_id for _, product_id in sorted(ranked)] for query, ranked in found.items()}


def _against(marked: Sequence[MarkedQuery], earlier: Mapping[str, Sequence[str]]) -> dict[str, Difference]:
    marks: dict[str, Callable[[Rated, Sequence[str]], float]] = {
        "ndcg@10": Rated.ndcg,
        "mrr": Rated.reciprocal_rank,
        "recall@10": Rated.recall,
    }
    return {
        name: difference(
            [mark(each.rated, each.ids) for each in marked],
            [mark(each.rated, earlier.get(each.rated.query, ())) for each in marked],
        )
        for name, mark in marks.items()
    }


def _kinds(marked: Sequence[MarkedQuery]) -> dict[str, KindFigures]:
    by_kind: dict[str, list[float]] = {}
    for each in marked:
        if each.rated.kind:
            by_kind.setdefault(each.rated.kind, []).append(float(each.is_right))
    return {kind: KindFigures(right=_mean(right), queries=len(right)) for kind, right in sorted(by_kind.items())}


def _mean(marks: Sequence[float]) -> float:
    return round(fmean(marks or [0.0]), 4)
