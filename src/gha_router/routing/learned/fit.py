"""Fits a history and finds out, on tasks held out, what the fit is worth and where it holds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gha_router.routing.learned.encoder import Floats, Indexes
from gha_router.routing.learned.learner import LEARNT, History, Learned, Settings, learn
from gha_router.routing.learned.metrics import Curve, Estimate, curve, estimate

FOLDS = 5
FEWEST = 60
"""Tasks below which nothing is learnt: a fold would have a dozen."""
FEWEST_GROUPS = 3
SEED = 11
USUAL, BETTER_BY = "bert", 0.01
"""The router that is taken unless another is better by more than chance makes one on a thousand tasks."""
SETTINGS = Settings()
"""Choosing the penalty by inner cross-validation was tried: on 1,500 labels its noise cost 0.01 of APGR."""
CHANCE = 0.5  # APGR of a router that knows nothing


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What routers that had not seen a task said of it: gains by kind and nearness, one number a task."""

    gains: dict[str, Floats]
    nearness: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """Routers with their worth. ``kind`` is ``prior`` where the text says nothing that could be relied on."""

    kind: str
    learned: Learned | None
    home: float  # a text whose nearness is below is out of domain
    predicted: Floats  # held-out gains of ``kind``, each task
    by_kind: dict[str, Floats]  # the same of every router
    at_home: Floats  # 1 where the held-out text was in domain
    skill: Estimate  # held-out APGR on tasks like those of the history
    transfer: Estimate | None  # held-out APGR on groups never seen; None: not enough groups
    why: str


def fit(history: History, groups: Sequence[str | None], *, kind: str | None = None) -> Fitted:
    """Fit and judge a history; ``kind`` fixes the router, else the one with the best held-out APGR is taken.

    Two questions, each answered on held-out tasks. Does the text say anything? Only if the interval of APGR lies above
    chance. Does it say so about groups (repositories, subjects) that were never seen? If that is not likely, a text
    that does not resemble the history gets the history's mean.
    """
    gains = history.gains
    if len(history.texts) < FEWEST or not gains.any():
        told = f"{len(history.texts)} tasks have a text; {FEWEST} are the least that something is learnt from"
        return _nothing(history, told)
    folds = _random_folds(len(gains))
    own = _held_out(history, folds, SETTINGS)
    scores = {name: curve(own.gains[name], gains).apgr() or 0.0 for name in LEARNT}
    best = kind or max(LEARNT, key=lambda name: scores[name] + (BETTER_BY if name == USUAL else 0))
    skill = estimate(Curve.apgr, own.gains[best], gains)
    if skill.low is None or skill.low <= CHANCE:
        return _nothing(history, "the text does not tell who will be right: held-out APGR is not above chance", skill)
    foreign = _foreign(history, groups)
    transfer = estimate(Curve.apgr, foreign.gains[best], gains) if foreign else None
    carries = transfer is not None and transfer.likely_above(CHANCE)
    home = _home(own.nearness, foreign.nearness if foreign else None, carries=carries)
    inside = own.nearness >= home
    return Fitted(
        kind=best,
        learned=learn(history, SETTINGS),
        home=home,
        predicted=np.where(inside, own.gains[best], gains.mean()),
        by_kind=own.gains,
        at_home=inside.astype(float),
        skill=skill,
        transfer=transfer,
        why="it carries over to groups never seen" if carries else "nothing shows that it carries over to other groups",
    )


def _nothing(history: History, why: str, skill: Estimate | None = None) -> Fitted:
    flat = np.full(len(history.gains), float(history.gains.mean()) if len(history.gains) else 0.0)
    return Fitted(
        kind="prior",
        learned=None,
        home=2.0,
        predicted=flat,
        by_kind={},
        at_home=np.zeros(len(flat)),
        skill=skill or Estimate(value=None),
        transfer=None,
        why=why,
    )


def _random_folds(size: int) -> Indexes:
    """Return the fold of each task."""
    return np.random.default_rng(SEED).permutation(size) % FOLDS


def _group_folds(groups: Sequence[str | None]) -> Indexes | None:
    """Return the fold of each task, a group in one fold; ``None`` when too little would be left to learn from."""
    names = [group or "" for group in groups]
    sizes = sorted(((size, name) for name, size in Counter(names).items()), reverse=True)
    if len(sizes) < FEWEST_GROUPS or sizes[0][0] > len(names) // 2:
        return None
    filled = [0] * FOLDS
    place: dict[str, int] = {}
    for size, name in sizes:  # the largest first, each into the emptiest fold
        place[name] = filled.index(min(filled))
        filled[place[name]] += size
    return np.array([place[name] for name in names])


def _held_out(history: History, folds: Indexes, settings: Settings) -> HeldOut:
    gains = {kind: np.zeros(len(folds)) for kind in LEARNT}
    near = np.zeros(len(folds))
    for fold in np.unique(folds):
        out = np.flatnonzero(folds == fold)
        learned = learn(history.part(np.flatnonzero(folds != fold)), settings)
        by_kind, nearness = learned.gains([history.texts[row] for row in out])
        near[out] = nearness
        for kind in LEARNT:
            gains[kind][out] = by_kind[kind]
    return HeldOut(gains, near)


def _foreign(history: History, groups: Sequence[str | None]) -> HeldOut | None:
    folds = _group_folds(groups)
    return None if folds is None else _held_out(history, folds, SETTINGS)


def _home(own: Floats, foreign: Floats | None, *, carries: bool) -> float:
    """Return the nearness below which a text is out of domain.

    Where the fit carries over, only what resembles nothing is out: below nearly all held-out groups. Where it does not,
    the border is where own and foreign tasks are told apart best (the largest difference of their shares above it,
    Youden's J), and without groups where a tenth of the own tasks lie below.
    """
    own = own[own >= 0]  # what is strange is out anyhow
    if not len(own):
        return 0.0
    if foreign is None:
        return float(np.quantile(own, 0.1))
    if carries:
        return float(np.quantile(foreign[foreign >= 0], 0.01)) if (foreign >= 0).any() else 0.0
    borders = np.quantile(own, np.linspace(0.01, 0.1, 19))
    return float(max(borders, key=lambda border: (own >= border).mean() - (foreign >= border).mean()))
