"""All routers of one history, fitted together: they share the encoder, the mean and the sense of what is at home."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gha_router.routing.learned.classifier import Head, fit_head
from gha_router.routing.learned.encoder import WAVES, Counted, Encoder, Floats, Indexes
from gha_router.routing.learned.factors import Factors, fit_factors
from gha_router.routing.learned.neighbours import KEPT, Neighbours, nearness
from gha_router.routing.learned.text import BUCKETS, SURFACE

FLOATS = ("strong", "weak", "factors", "mean", "scale", "whitening", "gains")
_NO_MEANINGS = np.zeros((0, 0), np.float32)
STRANGE = -1.0  # nearness of a text of another kind, whatever words it shares with the history
LEARNT = ("ensemble", "bert", "mf", "sw_ranking")


@dataclass(frozen=True, slots=True)
class History:
    """Texts and what became of them. ``outcomes`` is tasks x models, 0 to 1, nan where a model was not tried."""

    texts: tuple[Counted, ...]
    outcomes: Floats
    strong: int  # columns of outcomes; both have no nan
    weak: int

    @property
    def gains(self) -> Floats:
        """Return strong minus weak for each task."""
        difference: Floats = self.outcomes[:, self.strong] - self.outcomes[:, self.weak]
        return difference

    def part(self, rows: Indexes) -> "History":
        """Return some of the tasks."""
        return History(tuple(self.texts[row] for row in rows), self.outcomes[rows], self.strong, self.weak)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What was chosen once, on held-out subjects of MMLU, and serves every history."""

    penalty: float = 8.0  # of the heads' weights
    sharpness: float = 3.0  # log gamma of the neighbours' votes; RouteLLM's gamma is 10
    ridge: float = 40.0  # of the factors
    rank: int = 4  # of the factors; at most the number of models counts


@dataclass(frozen=True, slots=True)
class Learned:
    """Fitted routers."""

    encoder: Encoder
    strong: Head
    weak: Head
    factors: Factors
    neighbours: Neighbours
    prior: float  # the mean gain of the history

    def gains(self, texts: Sequence[Counted]) -> tuple[dict[str, Floats], Floats]:
        """Return each router's gains for texts, and how near each text is to the history."""
        rows = self.encoder.rows(texts)
        similar = [self.neighbours.similarities(rows, row) for row in range(len(rows))]
        bert = self.strong.right(rows) - self.weak.right(rows)
        factors = self.factors.gain(rows)
        votes = np.array([self.neighbours.vote(found, self.prior) for found in similar])
        by_kind = {"bert": bert, "mf": factors, "sw_ranking": votes, "ensemble": (2 * bert + factors + votes) / 4}
        near = np.array([nearness(found) for found in similar])
        return by_kind, np.where(self.encoder.strange(texts), STRANGE, near)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as arrays, to be written."""
        single = np.float32
        biases = (self.strong.bias, self.weak.bias, self.factors.bias)
        return {
            "rarity": self.encoder.rarity,
            "mean": self.encoder.mean,
            "scale": self.encoder.scale,
            "whitening": self.encoder.whitening,
            "strong": self.strong.weights.astype(single),
            "weak": self.weak.weights.astype(single),
            "factors": self.factors.weights.astype(single),
            "buckets": self.neighbours.buckets.astype(np.uint16),
            "values": self.neighbours.values,
            "gains": self.neighbours.gains,
            "meanings": self.neighbours.meanings,
            "numbers": np.array([*biases, self.neighbours.sharpness, self.prior, self.encoder.limit]),
        }  # fmt: skip

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Floats]) -> "Learned":
        """Return what ``arrays`` gave. Raises ``KeyError`` or ``ValueError`` for arrays that are not ours."""
        strong, weak, factors, sharpness, prior, limit = (float(number) for number in arrays["numbers"])
        wide = {name: arrays[name].astype(np.float64) for name in FLOATS}
        _check_shapes(arrays)
        return cls(
            Encoder(arrays["rarity"].astype(np.float32), wide["mean"], wide["scale"], wide["whitening"], limit),
            Head(wide["strong"], strong),
            Head(wide["weak"], weak),
            Factors(wide["factors"], factors),
            Neighbours(
                arrays["buckets"].astype(np.int64),
                arrays["values"].astype(np.float32),
                wide["gains"],
                sharpness,
                arrays["meanings"].astype(np.float32) if "meanings" in arrays else _NO_MEANINGS,
            ),
            prior,
        )


def _check_shapes(arrays: Mapping[str, Floats]) -> None:
    """Raise ``ValueError`` for arrays that do not fit each other, which would fail at some text's turn only."""
    facts, tasks = len(SURFACE), len(arrays["gains"])
    meanings = arrays.get("meanings", _NO_MEANINGS)
    weights = (BUCKETS + WAVES + meanings.shape[1],)
    wanted: dict[str, tuple[int, ...]] = {
        "rarity": (BUCKETS,),
        "mean": (facts,),
        "scale": (facts,),
        "whitening": (facts, facts),
        "strong": weights,
        "weak": weights,
        "factors": weights,
        "buckets": (tasks, KEPT),
        "values": (tasks, KEPT),
        "gains": (tasks,),
        "numbers": arrays["numbers"].shape,
        **({"meanings": (tasks, meanings.shape[1])} if meanings.size else {}),
    }
    for name, shape in wanted.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name} is {arrays[name].shape}, not {shape}")
        if not np.isfinite(arrays[name]).all():
            raise ValueError(f"{name} has what is no number")
    if not 0 <= arrays["buckets"].min() <= arrays["buckets"].max() < BUCKETS:
        raise ValueError("a bucket is out of range")


def learn(history: History, settings: Settings) -> Learned:
    """Fit all routers to a history."""
    encoder = Encoder.fit(history.texts)
    rows = encoder.rows(history.texts)
    strong, weak = history.strong, history.weak
    return Learned(
        encoder,
        fit_head(rows, history.outcomes[:, strong], settings.penalty),
        fit_head(rows, history.outcomes[:, weak], settings.penalty),
        fit_factors(rows, history.outcomes, strong, weak, rank=settings.rank, penalty=settings.ridge),
        Neighbours.fit(rows, history.gains, settings.sharpness),
        float(history.gains.mean()),
    )
