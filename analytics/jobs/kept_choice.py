"""What validation chose, kept for a day: choosing costs most of a run, and every new choice changes most lists."""

from __future__ import annotations

from typing import Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from analytics.models.hybrid import Choice, Config, choose, is_sparse
from analytics.models.interactions import Interactions
from pipeline.contracts.lake import ROOT

PATH = f"{ROOT}/recommend_choice.json"
KEPT_S = 86_400.0
GROWN = 1.5
"""With so many times the signals it is chosen anew at once."""


class Files(Protocol):
    """The part of HDFS that is needed."""

    def read_replaced(self, path: str) -> bytes: ...

    def replace(self, path: str, content: bytes) -> None: ...


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)

    at: float
    signals: int
    choice: Choice


def kept_choice(files: Files, data: Interactions, at: float) -> Choice | None:
    """Of less than a day ago and for as much data, else made now and kept; None where there is nothing to choose by."""
    if data.items.size == 0:
        return None
    try:
        kept: _Kept | None = _Kept.model_validate_json(files.read_replaced(PATH))
    except ValidationError:
        kept = None
    if kept is None or not _holds(kept, data, at):
        kept = _Kept(at=at, signals=data.items.size, choice=choose(data))
        files.replace(PATH, kept.model_dump_json().encode())
    return kept.choice


def _holds(kept: _Kept, data: Interactions, at: float) -> bool:
    fresh = 0 <= at - kept.at < KEPT_S and data.items.size <= GROWN * kept.signals
    return fresh and kept.choice.sparse == is_sparse(data, Config())
