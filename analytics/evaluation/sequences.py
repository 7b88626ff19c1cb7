"""Sequences, a line a user → what is learnt and what is to be found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from analytics.evaluation.task import Task
from analytics.lake.files import text_of
from analytics.models.interactions import Interactions
from ops.errors import StartupError

BETWEEN = re.compile(r"[\s,;|]+")


def read_sequences(path: Path) -> Task:
    """A line a user: the user's id, then item ids in time order. The last item of each user is to be found.

    Ids are any text; spaces, tabs, commas, semicolons or bars are between them. Lines of one user follow each other
    in time and are joined. The file may be compressed by gzip. A user of one item has nothing to learn before it: the
    item is only part of the catalogue. A last item that the user had before is no question, for seen items are
    excluded. Raises StartupError that names the file.
    """
    number: dict[str, int] = {}
    users: dict[str, list[int]] = {}
    try:
        # Whatever the bytes of an id are, it is told from the others.
        with text_of(path, errors="surrogateescape") as lines:
            for words in _words(lines):
                items = users.setdefault(words[0], [])
                items.extend([number.setdefault(item, len(number)) for item in words[1:]])
    except (OSError, EOFError, ValueError) as error:
        raise StartupError(f"{path} cannot be read ({error}): give --sequences a text file, a line a user.") from error
    sequences = [items for items in users.values() if len(items) > 1]
    if not sequences:
        raise StartupError(f"{path} has no user with two items: a line is a user id, then item ids in time order.")
    train = Interactions.from_sequences([items[:-1] for items in sequences], len(number))
    asked = [(user, items[-1]) for user, items in enumerate(sequences) if items[-1] not in items[:-1]]
    pairs = np.array(asked, dtype=np.int64).reshape(-1, 2)
    return Task(train, np.arange(train.n_users), train, pairs[:, 0], pairs[:, 1])


def _words(lines: Iterable[str]) -> Iterable[list[str]]:
    for line in lines:
        if "\0" in line:
            raise ValueError("it is not a text")
        words = [word for word in BETWEEN.split(line) if word]
        if words:
            yield words
