"""Texts as arrays: a sparse vector of hashed n-grams (tf-idf, length 1) and a dense one of surface facts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gha_router.routing.learned.text import BUCKETS, SURFACE, excerpt, ngrams, surface, tokens

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Indexes = NDArray[np.int64]
Embed = Callable[[str], Singles]

WAVES = 1024
"""Random cosines that stand for the Gaussian kernel over the surface facts."""

LEXICAL = 2.0
"""Length of the lexical part beside the surface's 1; on held-out subjects of MMLU 1.4 and 2 are alike, 1 is worse."""

MEANING = 2.0
"""Length of an encoder's part, as of the lexical one: not tried with an encoder of real weights."""

SHRINKAGE = 0.05
"""Added to the variance of each surface fact: one that never varied in the history is no infinite surprise."""
SLACK = 1.1


@dataclass(frozen=True, slots=True)
class Counted:
    """A text as counted, before anything is known of the history. ``buckets`` and ``counts`` have one shape."""

    buckets: Indexes
    counts: Floats
    surface: Floats  # len(SURFACE)
    meaning: Singles | None = None  # what an encoder says of it, length 1; None: none was asked


def count(text: str, embed: Embed | None = None) -> Counted:
    """Return the counts of a text, and what ``embed`` says of it."""
    read = excerpt(text)
    words = tokens(read)
    grams = ngrams(words)
    return Counted(
        np.fromiter(grams.keys(), np.int64, len(grams)),
        np.fromiter(grams.values(), np.float64, len(grams)),
        np.array(surface(read, words, len(text))),
        None if embed is None else embed(text),
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows: the entries of row i are ``values[starts[i]:starts[i + 1]]``, in columns ``columns[...]``."""

    starts: Indexes
    columns: Indexes
    values: Floats
    dense: Singles  # rows x WAVES, and behind them what an encoder said

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.starts) - 1

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return BUCKETS + int(self.dense.shape[1])

    @property
    def meanings(self) -> Singles:
        """Return what an encoder said of each text, length 1; no columns where none was asked."""
        return self.dense[:, WAVES:] / np.float32(MEANING)

    def times(self, weights: Floats) -> Floats:
        """Return the product with a column vector of ``width`` weights."""
        products = np.append(self.values * weights[self.columns], 0.0)
        sums = np.add.reduceat(products, self.starts[:-1])
        sums[self.starts[:-1] == self.starts[1:]] = 0.0  # reduceat's answer for an empty row is its neighbour
        whole: Floats = sums + self.dense @ weights[BUCKETS:].astype(np.float32)
        return whole

    def transposed_times(self, column: Floats) -> Floats:
        """Return the product of the transposed matrix with a vector of one number a row."""
        repeated = np.repeat(column, np.diff(self.starts))
        sparse = np.bincount(self.columns, self.values * repeated, minlength=BUCKETS)
        return np.concatenate([sparse, column.astype(np.float32) @ self.dense])


@dataclass(frozen=True, slots=True)
class Encoder:
    """What turns counts into vectors: rarity of each bucket, scale of each surface fact, random frequencies."""

    rarity: Singles  # BUCKETS: log(n / texts that have it); 0 for a bucket never seen
    mean: Floats  # of each surface fact
    scale: Floats
    whitening: Floats  # facts x facts: scaled facts times it are uncorrelated, each with variance 1
    limit: float  # the largest distance that a text may have from the mean to be of the history's kind

    @classmethod
    def fit(cls, corpus: Sequence[Counted]) -> "Encoder":
        """Learn rarity and scale from the texts of a history."""
        texts = np.bincount(np.concatenate([text.buckets for text in corpus]), minlength=BUCKETS)
        rarity = np.where(texts > 0, np.log((1 + len(corpus)) / np.maximum(texts, 1)), 0.0)
        facts = np.stack([text.surface for text in corpus])
        mean, scale = facts.mean(0), np.maximum(facts.std(0), 1e-3)
        scaled = (facts - mean) / scale
        covariance = scaled.T @ scaled / len(corpus) + SHRINKAGE * np.eye(len(SURFACE))
        whitening = np.linalg.inv(np.linalg.cholesky(covariance)).T
        limit = SLACK * float(np.quantile(np.linalg.norm(scaled @ whitening, axis=1), 0.99))
        return cls(rarity.astype(np.float32), mean, scale, whitening, limit)

    def strange(self, corpus: Sequence[Counted]) -> NDArray[np.bool_]:
        """Return which texts are of another kind: their Mahalanobis distance passes nearly all of the history's."""
        facts = np.stack([text.surface for text in corpus])
        distances: Floats = np.linalg.norm((facts - self.mean) / self.scale @ self.whitening, axis=1)
        return distances > self.limit

    def rows(self, corpus: Sequence[Counted]) -> Rows:
        """Return texts as rows: the sparse part has length ``LEXICAL``, the waves have 1."""
        values = [self._lexical(text) for text in corpus]
        starts = np.concatenate([[0], np.cumsum([len(value) for value in values])]).astype(np.int64)
        columns = np.concatenate([text.buckets for text in corpus]) if corpus else np.zeros(0, np.int64)
        facts = np.stack([text.surface for text in corpus])
        # Far outside of what was seen a fact says no more than at the border.
        scaled = np.clip((facts - self.mean) / self.scale, -4, 4)
        dense = _waves(scaled).astype(np.float32)
        if meanings := [np.float32(MEANING) * text.meaning for text in corpus if text.meaning is not None]:
            dense = np.hstack([dense, np.stack(meanings)])
        return Rows(starts, columns, np.concatenate(values), dense)

    def _lexical(self, text: Counted) -> Floats:
        values: Floats = (1 + np.log(text.counts)) * self.rarity[text.buckets].astype(np.float64)
        norm = float(np.sqrt(values @ values))
        return values * (LEXICAL / norm) if norm > 0 else values


def _waves(scaled: Floats) -> Floats:
    """Return random Fourier features of the Gaussian kernel ``exp(-|x - y|² / 2d)``.

    A. Rahimi, B. Recht, "Random Features for Large-Scale Kernel Machines", NIPS 2007: ``sqrt(2/D) cos(Wx + b)`` with
    normal W and uniform b. The seed is fixed, so that weights fit wherever they are loaded.
    """
    waves: Floats = np.sqrt(2 / WAVES) * np.cos(scaled @ _FREQUENCIES + _PHASES)
    return waves


def _frequencies() -> Floats:
    """Return normal frequencies in orthogonal blocks, which estimate the kernel with less variance than free ones.

    F. Yu et al., "Orthogonal Random Features", NIPS 2016: directions of each block from a QR decomposition, lengths as
    a normal vector's.
    """
    width = len(SURFACE)
    blocks = [np.linalg.qr(_random.normal(size=(width, width)))[0] for _ in range(-(-WAVES // width))]
    lengths = np.sqrt(_random.chisquare(width, WAVES))
    directions: Floats = np.hstack(blocks)[:, :WAVES] * lengths / np.sqrt(width)
    return directions


_random = np.random.default_rng(20240626)
_FREQUENCIES = _frequencies()
_PHASES = _random.uniform(0, 2 * np.pi, WAVES)
