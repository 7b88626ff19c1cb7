"""The journal of updates: what was read and not handled outlives a kill, and what was handled does not come again."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.update_journal import FILES, KEPT_S, RawUpdate, UpdateJournal
from ops.errors import StartupError

BOT = "7"


def raw(number: int, text: str = "часы") -> RawUpdate:
    return {"update_id": number, "message": {"text": text}}


def killed(journal: UpdateJournal) -> None:
    """What a kill leaves: nothing is written any more, the locks are free."""
    os.close(journal._file)
    os.close(journal._lock)


def numbers(journal: UpdateJournal) -> list[object]:
    return [update["update_id"] for update in journal.left()]


def test_a_kill_leaves_what_is_not_handled_in_order(tmp_path: Path) -> None:
    journal = UpdateJournal(tmp_path, BOT)
    assert journal.keep({12: raw(12), 10: raw(10)})
    assert journal.keep({11: raw(11)})
    killed(journal)
    assert UpdateJournal(tmp_path, BOT).left() == [raw(10), raw(11), raw(12)]


def test_what_was_handled_does_not_come_again_after_a_restart(tmp_path: Path) -> None:
    journal = UpdateJournal(tmp_path, BOT)
    journal.keep({number: raw(number) for number in range(5)})
    for number in (0, 2, 4):
        journal.done(number)
    journal.close()
    journal = UpdateJournal(tmp_path, BOT)
    assert numbers(journal) == [1, 3]
    journal.done(1)
    journal.done(3)
    journal.close()
    assert UpdateJournal(tmp_path, BOT).left() == []


def test_what_a_killed_life_met_is_known_to_the_next(tmp_path: Path) -> None:
    journal = UpdateJournal(tmp_path, BOT)
    journal.keep({number: raw(number) for number in range(3)})
    journal.done(1)
    journal.keep({7: raw(7)})
    killed(journal)
    following = UpdateJournal(tmp_path, BOT)
    assert numbers(following) == [0, 2, 7]
    assert set(following.met()) == {0, 1, 2, 7}


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=60), st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_kill_loses_nothing_and_repeats_no_more_than_what_was_just_handled(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, bool]], small: bool
) -> None:
    directory = tmp_path_factory.mktemp("journal")
    journal = UpdateJournal(directory, BOT, limit_bytes=600 if small else 1 << 20)
    kept, handled, unwritten = set[int](), set[int](), set[int]()
    for number, keeps in steps:
        if keeps and number not in handled and number not in kept and journal.keep({number: raw(number)}):
            kept.add(number)
            unwritten.clear()
        elif not keeps and number in kept:
            journal.done(number)
            kept.discard(number)
            handled.add(number)
            unwritten.add(number)
    killed(journal)
    left = set(numbers(UpdateJournal(directory, BOT)))
    assert kept <= left <= kept | unwritten


def test_a_torn_line_costs_nothing_but_itself(tmp_path: Path) -> None:
    journal = UpdateJournal(tmp_path, BOT)
    journal.keep({1: raw(1), 2: raw(2)})
    killed(journal)
    [path] = tmp_path.glob("*.journal")
    path.write_bytes(path.read_bytes()[:-9] + b"\xff\n" + b'{"update": 5}\n{"at": 1, "update": {}}\nnull\n')
    assert numbers(UpdateJournal(tmp_path, BOT)) == [1]


def test_a_full_disk_refuses_and_leaves_the_rest_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = UpdateJournal(tmp_path, BOT)
    assert journal.keep({1: raw(1)})
    write = os.pwrite

    def half(file: int, block: bytes, at: int) -> int:
        write(file, block[: len(block) // 2], at)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "pwrite", half)
        assert not journal.keep({2: raw(2)})
        journal.flush()
    assert journal.keep({3: raw(3)})
    killed(journal)
    assert numbers(UpdateJournal(tmp_path, BOT)) == [1, 3]


def test_a_full_disk_at_the_start_is_no_reason_not_to_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = UpdateJournal(tmp_path, BOT)
    journal.keep({1: raw(1)})
    killed(journal)

    def full(file: int, block: bytes, at: int) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "pwrite", full)
        journal = UpdateJournal(tmp_path, BOT)
        assert numbers(journal) == [1]
        assert not journal.keep({2: raw(2)})
    assert journal.keep({3: raw(3)})
    killed(journal)
    assert numbers(UpdateJournal(tmp_path, BOT)) == [1, 3]


def test_it_does_not_grow_beyond_its_limit(tmp_path: Path) -> None:
    journal = UpdateJournal(tmp_path, BOT, limit_bytes=4_000)
    assert journal.keep({0: raw(0)})
    for number in range(1, 500):
        assert journal.keep({number: raw(number, "x" * 100)})
        journal.done(number)
        assert sum(path.stat().st_size for path in tmp_path.glob("*.journal")) <= 4_000
    assert not journal.keep({500: raw(500, "x" * 5_000)})
    assert numbers(journal) == [0]


def test_what_telegram_itself_would_have_forgotten_is_not_handled(tmp_path: Path) -> None:
    journal = UpdateJournal(tmp_path, BOT, clock=lambda: 1_000.0)
    journal.keep({1: raw(1)})
    killed(journal)
    assert numbers(UpdateJournal(tmp_path, BOT, clock=lambda: 1_001.0 + KEPT_S)) == []


def test_a_second_process_has_a_journal_of_its_own_and_the_next_takes_over_what_both_left(tmp_path: Path) -> None:
    first, second, other = UpdateJournal(tmp_path, BOT), UpdateJournal(tmp_path, BOT), UpdateJournal(tmp_path, "8")
    for number, journal in enumerate((first, second, other)):
        assert journal.left() == []
        journal.keep({number: raw(number)})
    killed(first)
    killed(second)
    third = UpdateJournal(tmp_path, BOT)
    assert numbers(third) == [0, 1]
    assert len(list(tmp_path.glob(f"updates-{BOT}-*.journal"))) == 1


def test_no_more_than_so_many_share_a_directory(tmp_path: Path) -> None:
    kept = [UpdateJournal(tmp_path, BOT) for _ in range(FILES)]
    with pytest.raises(StartupError, match=r"YARMARKA_STACK_DIR: .* is used by 16 bots already; stop one\."):
        UpdateJournal(tmp_path, BOT)
    assert kept


def test_a_directory_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartupError, match=r"YARMARKA_STACK_DIR: cannot write to .*file/bot \(Not a directory\)\."):
        UpdateJournal(tmp_path / "file" / "bot", BOT)
