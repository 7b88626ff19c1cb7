"""Sequences in the ways of many data sets: what is learnt, what is to be found."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from analytics.evaluation.evaluate import Contestant, evaluate
from analytics.evaluation.sequences import read_sequences
from ops.errors import StartupError

PLAIN = "u1 a b c\nu2 b\nu3 c a c\n\nu4 a d\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.replace(" ", "\t").encode(),
        PLAIN.replace(" ", ",").encode(),
        PLAIN.replace(" ", ", ").encode(),
        PLAIN.replace("\n", " \r\n").encode(),
        ("\ufeff" + PLAIN).encode(),
        gzip.compress(PLAIN.encode(), mtime=0),
        PLAIN.strip().encode(),
        b"u1 a\nu1 b\nu1 c\nu2 b\nu3 c\nu3 a\nu3 c\nu4 a\nu4 d\n",
        "u1 ж b c\nu2 b\nu3 c ж c\nu4 ж d\n".encode("cp1251"),
    ],
    ids=["spaces", "tabs", "commas", "commas and spaces", "CRLF", "byte order mark", "gzip", "no end of line",
         "a line an item", "not UTF-8"],
)  # fmt: skip
def test_all_of_these_are_one_task(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sequences.txt"
    path.write_bytes(content)
    task = read_sequences(path)
    assert task.train.items.tolist() == [0, 1, 2, 0, 0]
    assert list(zip(task.who.tolist(), task.what.tolist(), strict=True)) == [(0, 2), (2, 3)]
    assert task.train.n_items == 4


@pytest.mark.parametrize(
    "content", [None, b"", b"only\nusers\n", b"PAR1\x00\x01\n", gzip.compress(b"u a b\n", mtime=0)[:-9]]
)
def test_a_file_without_sequences_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "sequences.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StartupError, match=r"sequences\.txt"):
        read_sequences(path)


ODD = {
    "two items each": ["a b"] * 5 + ["b c", "c a"],
    "one user": ["a b c d e"],
    "everybody alike": ["a b c d"] * 30,
    "one item again and again": ["a a a a a", "a a b", "b b b"],
    "nothing in common": [f"a{n} b{n} c{n}" for n in range(40)],
    "no question": ["a a", "b b b"],
    "a huge user": [" ".join(f"i{n}" for n in range(10_000)), "i1 i2 i3", "i5 i6", "i9999 i1"],
}


@pytest.mark.parametrize("lines", ODD.values(), ids=ODD.keys())
def test_odd_data_are_measured_all_the_same(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "sequences.txt"
    path.write_text("\n".join(f"u{number} {line}" for number, line in enumerate(lines)))
    task = read_sequences(path)
    for who in (Contestant.OURS, Contestant.ITEM_KNN, Contestant.POPULARITY):
        found = evaluate(task, who)
        assert 0 <= found.ndcg <= found.hits <= 1
        assert np.isfinite(found.coverage)
