"""Fit the weights by which prompts are read, and write the file that ships with the package.

    python scripts/fit_reading.py                 # src/gha_router/routing/weights.bin
    python scripts/fit_reading.py --cross-validate

Each kind of work against the others, regularised least squares in the span of the prompts (Rifkin, Yeo, Poggio,
"Regularized least-squares classification", 2003): scores are near to probabilities, the solution is closed, and leaving
prompts out costs one more solution of the same small system. Cross-validation leaves out whole manners of writing,
never lines of one. The same prompts give the same weights, up to the last bit of the machine's arithmetic.
"""

import argparse
import hashlib
import json
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

from gha_router.routing.japanese import is_japanese
from gha_router.routing.signs import FAMILIES
from gha_router.routing.task import signs_of
from gha_router.routing.weights import FILE, bucket_of

FIXTURES = ROOT / "tests" / "fixtures" / "routing"
SEEN = ("prompts", "indirect")  # labelled prompts that the rules were made on
BUCKETS = 1 << 17
LEAST = 2  # prompts that a sign must be in
RIDGE = 0.8
FOLDS = 6
SMALL = 2  # weights up to so many units are left out: they are noise, and cost room

AROUND = 3  # every third prompt is fitted a second time with what people say around a request

Floats = NDArray[np.float32]
Case = tuple[str, str, str, str]  # manner, group, kind, prompt


def cases() -> list[Case]:
    """Return the labelled prompts that the weights are fitted to."""
    files = [*sorted((FIXTURES / "corpus").glob("*.yml")), *(FIXTURES / f"{name}.yml" for name in SEEN)]
    return [
        (file.stem, group, kind, prompt)
        for file in files
        for group, kinds in yaml.safe_load(file.read_text(encoding="utf-8")).items()
        for kind, prompts in kinds.items()
        for prompt in prompts
    ]


def with_chatter(found: Sequence[Case]) -> list[Case]:
    """Return the cases, and some of them a second time with what people say around a request."""
    said = yaml.safe_load((FIXTURES / "around.yml").read_text(encoding="utf-8"))
    more = []
    for manner, group, kind, prompt in found:
        at = zlib.crc32(prompt.encode())
        if at % AROUND or kind == "default" or "\n" in prompt:
            continue
        japanese = is_japanese(prompt)
        before, behind = said["ja" if japanese else "en"].values()
        first, last = before[at // 7 % len(before)], behind[at // 11 % len(behind)]
        gap = "" if japanese else " "
        stop = ("。" if japanese else ".") if prompt[-1].isalnum() else ""
        around = (f"{first}{gap}{prompt}{stop}{gap}{last}", f"{first}{gap}{prompt}", f"{prompt}{stop}{gap}{last}")
        more.append((manner, group, kind, around[at // AROUND % len(around)]))
    return [*found, *more]


def digest(found: Sequence[Case]) -> str:
    """Return what the prompts and their labels are known by."""
    return hashlib.sha256(json.dumps(found, ensure_ascii=False).encode()).hexdigest()


def matrix(found: Sequence[Case]) -> tuple[Floats, NDArray[np.int64]]:
    """Return a row for each prompt, a column for each bucket that two prompts or more fall into, and the buckets."""
    rows = []
    for _, _, _, prompt in found:
        signs = signs_of(prompt)
        row: dict[int, float] = {}
        for family in FAMILIES:
            share = FAMILIES[family] * max(1, len(signs[family])) ** -0.5
            for sign in signs[family]:
                bucket = bucket_of(family, sign, BUCKETS)
                row[bucket] = row.get(bucket, 0.0) + share
        rows.append(row)
    counts = Counter(bucket for row in rows for bucket in row)
    kept = np.array(sorted(bucket for bucket, count in counts.items() if count >= LEAST))
    column = {int(bucket): at for at, bucket in enumerate(kept)}
    table = np.zeros((len(rows), len(kept)), np.float32)
    for at, row in enumerate(rows):
        for bucket, value in row.items():
            if bucket in column:
                table[at, column[bucket]] = value
    return table, kept


def solve(gram: Floats, wanted: Floats, mean: Floats) -> Floats:
    """Return the prompts' coefficients (prompt, kind)."""
    return np.linalg.solve(gram + 1 + RIDGE * np.eye(len(gram), dtype=np.float32), wanted - mean)


def targets(found: Sequence[Case]) -> tuple[list[str], Floats, Floats]:
    """Return the kinds, a one in each prompt's own, and the level that scores start from."""
    kinds = sorted({kind for _, _, kind, _ in found})
    wanted = np.array([[float(kind == own) for kind in kinds] for _, _, own, _ in found], np.float32)
    return kinds, wanted, np.full(len(kinds), 1 / len(kinds), np.float32)


def cross_validated(found: Sequence[Case]) -> tuple[list[str], Floats]:
    """Return the kinds and each prompt's scores by weights that saw no prompt of its manner."""
    plain, found = len(found), with_chatter(found)
    table, _ = matrix(found)
    gram = table @ table.T
    kinds, wanted, mean = targets(found)
    manners = sorted({manner for manner, *_ in found})
    scores = np.zeros_like(wanted)
    for fold in range(FOLDS):
        out = np.isin([manner for manner, *_ in found], manners[fold::FOLDS])
        coefficients = solve(gram[np.ix_(~out, ~out)], wanted[~out], mean)
        scores[out] = (gram[np.ix_(out, ~out)] + 1) @ coefficients + mean
    return kinds, scores[:plain]


def packed(found: Sequence[Case]) -> bytes:
    """Return the file's bytes."""
    known, found = digest(found), with_chatter(found)
    table, kept = matrix(found)
    kinds, wanted, mean = targets(found)
    coefficients = solve(table @ table.T, wanted, mean)
    weights = table.T @ coefficients
    scale = float(np.abs(weights).max()) / 127
    units = np.rint(weights / scale).astype(np.int8)
    units[np.abs(units) <= SMALL] = 0
    full = np.zeros((BUCKETS, len(kinds)), np.int8)
    full[kept] = units
    head = {
        "kinds": kinds,
        "bias": [round(float(bias), 6) for bias in mean + coefficients.sum(axis=0)],
        "scale": scale,
        "buckets": BUCKETS,
        "corpus": known,
    }
    return zlib.compress(json.dumps(head).encode() + b"\n" + full.tobytes(), 9)


def report(found: Sequence[Case]) -> Iterator[str]:
    """Yield how many prompts are misread by group, by weights that saw no prompt of their manner."""
    kinds, scores = cross_validated(found)
    read = [kinds[best] for best in scores.argmax(axis=1)]
    groups = [group for _, group, _, _ in found]
    for group in (*dict.fromkeys(groups), "all"):
        wrong = [
            kind != said
            for own, (_, _, kind, _), said in zip(groups, found, read, strict=True)
            if group in {own, "all"}
        ]
        yield f"  {group:<18}{sum(wrong):>4} of {len(wrong):>4} misrouted {sum(wrong) / len(wrong):>7.1%}"
    ranked = np.sort(scores, axis=1)
    margins = ranked[:, -1] - ranked[:, -2]
    right = np.array([kind == said for (_, _, kind, _), said in zip(found, read, strict=True)])
    for low, high in ((0, 0.05), (0.05, 0.1), (0.1, 0.15), (0.15, 0.25), (0.25, 0.4), (0.4, 9)):
        within = (margins >= low) & (margins < high)
        yield f"  margin from {low:<5} {within.mean():>6.1%} of the prompts, right {right[within].mean():>6.1%}"


def main() -> None:
    """Fit, or say how well a fit would do."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cross-validate", action="store_true")
    if parser.parse_args().cross_validate:
        for line in report(cases()):
            print(line)
    else:
        FILE.write_bytes(packed(cases()))
        print(f"{FILE.name}: {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
