"""What is told of a shop's address after each step of a fetch. Pure."""

from dataclasses import dataclass
from datetime import datetime

from pipeline.contracts.feeds import FeedFetch, FeedState, FetchedFile, FetchFault, FetchOutcome, Shop, fetch_of

READ = frozenset({FeedState.DONE, FeedState.WAITING})
"""How the run of a file ends that need not be read again while the address has the same one."""


@dataclass(frozen=True, slots=True)
class FileFed:
    """What came of a file of the shops' folder that is out of the way now."""

    state: FeedState
    sent: int = 0
    withdrawn: int = 0
    refused: int = 0


def of_shop(shop: Shop, told: FeedFetch | None) -> FeedFetch | None:
    """What was told, as far as it is of the address that the shop has now."""
    return told if told is not None and told.of == fetch_of(shop) else None


def fetched(shop: Shop, before: FeedFetch | None, file: FetchedFile, now: datetime) -> FeedFetch:
    """There is a file; it is about to be put into the shop's folder."""
    return FeedFetch(
        store_id=shop.store_id,
        of=fetch_of(shop),
        at=now,
        outcome=FetchOutcome.FETCHED,
        asked=shop.asked,
        known=before.known if before is not None else None,
        read_at=before.read_at if before is not None else None,
        pending=file,
    )


def fed(before: FeedFetch, fed_file: FileFed | None, now: datetime) -> FeedFetch:
    """The file that lay in the folder is fed; None: it has gone, and nobody knows what came of it."""
    read = fed_file is not None and fed_file.state in READ
    return FeedFetch(
        store_id=before.store_id,
        of=before.of,
        at=now,
        outcome=FetchOutcome.FETCHED,
        asked=before.asked,
        known=before.pending if read else None,
        read_at=now if read else None,
        came=fed_file.state if fed_file is not None else None,
        sent=fed_file.sent if fed_file is not None else 0,
        withdrawn=fed_file.withdrawn if fed_file is not None else 0,
        refused=fed_file.refused if fed_file is not None else 0,
    )


def same(shop: Shop, before: FeedFetch, now: datetime) -> FeedFetch:
    """The address has the same file as before."""
    return FeedFetch(
        store_id=before.store_id,
        of=before.of,
        at=now,
        outcome=FetchOutcome.SAME,
        asked=shop.asked,
        known=before.known,
        read_at=before.read_at,
        came=before.came,
        sent=before.sent,
        withdrawn=before.withdrawn,
        refused=before.refused,
    )


def failed(
    shop: Shop,
    before: FeedFetch | None,
    fault: FetchFault,
    detail: str,
    *,
    not_before: datetime | None,
    now: datetime,
) -> FeedFetch:
    """Nothing was fetched. What is no fault of the shop's is tried again as well, but does not count as failing."""
    since = before.failing_since if before is not None else None
    return FeedFetch(
        store_id=shop.store_id,
        of=fetch_of(shop),
        at=now,
        outcome=FetchOutcome.FAILED,
        fault=fault,
        detail=detail,
        failures=(before.failures if before is not None else 0) + 1,
        failing_since=since if fault is FetchFault.OURS else since or now,
        not_before=not_before,
        asked=shop.asked,
        known=before.known if before is not None else None,
        read_at=before.read_at if before is not None else None,
        came=before.came if before is not None else None,
        sent=before.sent if before is not None else 0,
        withdrawn=before.withdrawn if before is not None else 0,
        refused=before.refused if before is not None else 0,
    )
