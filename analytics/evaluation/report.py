"""The command `evaluate`: options in, JSON out."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

from ops.errors import StartupError

THREADS = "2"


def report(
    sequences: Path | None, purchases: Path | None, split: datetime | None, only: str | None, *, served: bool = False
) -> str:
    """JSON: for each contestant {"ndcg@10", "hr@10", "coverage", …}; says on standard error who is running.

    `served`: for each group of customers instead.

    Raises StartupError for options that do not fit together.
    """
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(variable, THREADS)
    import orjson

    from analytics.evaluation.evaluate import Contestant, evaluate
    from analytics.evaluation.purchases import read_purchases
    from analytics.evaluation.sequences import read_sequences

    if served:
        return orjson.dumps(_served(purchases, split), option=orjson.OPT_INDENT_2).decode()
    if only is not None and only not in list(Contestant):
        raise StartupError(f"--only does not know {only}: choose one of {', '.join(Contestant)}.")
    if sequences is not None and purchases is None:
        task = read_sequences(sequences)
    elif purchases is not None and sequences is None:
        if split is None:
            raise StartupError("--purchases needs --split, the first day of the test part, for instance 2011-11-08.")
        task = read_purchases(purchases, split)
    else:
        raise StartupError("evaluate needs either --sequences FILE or --purchases FILE with --split DATE.")
    results = {}
    for who in Contestant if only is None else [Contestant(only)]:
        sys.stderr.write(f"evaluating {who} on {task.train.items.size} interactions…\n")
        results[who.value] = evaluate(task, who).model_dump(by_alias=True)
    return orjson.dumps(results, option=orjson.OPT_INDENT_2).decode()


def _served(purchases: Path | None, split: datetime | None) -> dict[str, dict[str, float]]:
    from analytics.evaluation.purchases import read_rows
    from analytics.evaluation.served import served

    if purchases is None or split is None:
        raise StartupError("--served needs --purchases FILE with --split DATE, the day on which lists are made.")
    return {name: found.model_dump(by_alias=True) for name, found in served(read_rows(purchases, split)).items()}
