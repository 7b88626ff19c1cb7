"""How many recommendation lists a run may take away: an empty history never means that nobody is there."""

from __future__ import annotations

from collections.abc import Set

from analytics.lake.faults import LakeFault

FEW = 10
"""Of so few lists any may go but the last."""
ITEM, POPULAR = "item:", "popular"


def check_removal(before: Set[str], found: Set[str], most: float, signals: int) -> None:
    """Raises LakeFault when a run would leave a kind of list (people's, products') with nothing, or with much less.

    `most` is the share that may go. People who asked to be forgotten have no list any more when a run comes.
    """
    for kind, of_kind in (("people", _people), ("products", _products)):
        old = {key for key in before if of_kind(key)}
        gone = len(old - found)
        all_gone = bool(old) and not any(of_kind(key) for key in found)
        if most < 1 and (all_gone or (len(old) > FEW and gone > most * len(old))):
            raise LakeFault(
                f"This run would remove {100 * gone / len(old):.0f} % of the lists of {kind} ({gone:,} of "
                f"{len(old):,}), "
                f"since the history has {signals:,} signals: nothing was published or removed. "
                "`python -m analytics restore` and `import-purchases` bring a history back; "
                "YARMARKA_ANALYTICS__MOST_LISTS_REMOVED=1 means that it is right so."
            )


def _products(key: str) -> bool:
    return key.startswith(ITEM)


def _people(key: str) -> bool:
    return not _products(key) and key != POPULAR
