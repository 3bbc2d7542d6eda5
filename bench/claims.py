"""How well claims are read: precision and recall on each corpus, in all, by kind and by language.

``python -m bench.claims [-v]``: ``-v`` lists what was missed and invented, but never of the unseen half. Ends with 1
when precision or recall on the official corpus is below ``TARGET``.
"""

import argparse
import sys
import time
from collections.abc import Iterator

from tests.unit.claims.corpus import CORPORA, OFFICIAL, UNSEEN, Score, Scores, messages, scored

TARGET = 0.95
WHAT = {
    "corpus": "the official corpus, on which extraction was written",
    "held_out_fitted": "written without a look at the extractor; its misses were then mended",
    "held_out_unseen": "the other half of it; its misses are not looked at",
}


def lines(name: str, scores: Scores, *, verbose: bool) -> Iterator[str]:
    """Yield what is printed of a corpus."""
    yield f"{name}.yml: {WHAT[name]}; {scores.messages} messages"
    yield _row("all", scores.total)
    for part in (scores.languages, scores.kinds):
        for label, score in sorted(part.items()):
            yield _row(label, score)
    if verbose and name != UNSEEN:
        for message, missed, invented in scores.wrong:
            yield f"  {message.text!r}"
            yield from (f"    missed    {dict(expected)}" for expected in missed)
            yield from (f"    invented  {claim.kind.value} {claim.value!r} from {claim.text!r}" for claim in invented)


def main(arguments: list[str]) -> int:
    """Print the figures of all corpora; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.claims", description=__doc__.partition("\n")[0])
    parser.add_argument("-v", "--verbose", action="store_true", help="list what was missed and invented")
    verbose = parser.parse_args(arguments).verbose
    started = time.process_time()
    every = {name: scored(messages(name)) for name in CORPORA}
    spent = time.process_time() - started
    for name, scores in every.items():
        print(*lines(name, scores, verbose=verbose), "", sep="\n")
    read = sum(scores.messages for scores in every.values())
    print(f"{read} messages in {spent:.2f} s of CPU")
    official = every[OFFICIAL].total
    if min(official.precision, official.recall) >= TARGET:
        return 0
    print(f"below the target of {TARGET} on the official corpus")
    return 1


def _row(label: str, score: Score) -> str:
    counts = f"{score.found:>4} found {score.missed:>3} missed {score.invented:>3} invented"
    return f"  {label:<14} precision {score.precision:.3f}  recall {score.recall:.3f}  {counts}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
