"""Vectors of one partition in memory: all are compared with one matrix product.

10,000 of 384 numbers are 15 MB, and compared in a millisecond or two; an approximate index would be slower to keep.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gha_router.cache.store import Near

Singles = NDArray[np.float32]
OVER = -2.0  # less than any cosine
FEW = 64  # rows that room is made for at first


def vector_of(data: bytes) -> Singles:
    """Return a vector from its bytes (float32, little-endian)."""
    return np.frombuffer(data, "<f4")


@dataclass(slots=True)
class Matrix:
    """Rows by name, each until its time. ``last`` is the store's number of the newest row that was taken in."""

    width: int
    last: int = 0
    names: list[str] = field(default_factory=list)
    notes: list[bytes] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)
    _rows: Singles = field(default_factory=lambda: np.empty((0, 0), np.float32))
    _until: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    def __len__(self) -> int:
        """Return the number of rows, those that are over included."""
        return len(self.names)

    def add(self, name: str, vector: bytes, note: bytes, until: float) -> None:
        """Take a row in, or put it in the place of the one of that name; one of another width is passed over."""
        row = vector_of(vector)
        if len(row) != self.width:
            return
        place = self._places.get(name)
        if place is None:
            place = len(self.names)
            self._make_room(place + 1)
            self._places[name] = place
            self.names.append(name)
            self.notes.append(note)
        self._rows[place], self._until[place], self.notes[place] = row, until, note

    def near(self, vector: bytes, *, limit: int, at: float) -> Sequence[Near]:
        """Return the nearest that are not over, the nearest first."""
        count, asked = len(self.names), vector_of(vector)
        if not count or len(asked) != self.width:
            return ()
        cosines = np.where(self._until[:count] > at, self._rows[:count] @ asked, OVER)
        first = np.argpartition(cosines, -limit)[-limit:] if count > limit else np.arange(count)
        best = first[np.argsort(-cosines[first], kind="stable")]
        return tuple(
            Near(name=self.names[row], similarity=float(cosines[row]), note=self.notes[row])
            for row in best
            if cosines[row] > OVER
        )

    def _make_room(self, count: int) -> None:
        if count <= len(self._until):
            return
        size = max(FEW, 2 * len(self._until))
        rows, until = np.zeros((size, self.width), np.float32), np.zeros(size)
        if held := len(self.names):
            rows[:held], until[:held] = self._rows[:held], self._until[:held]
        self._rows, self._until = rows, until
