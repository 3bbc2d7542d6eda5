"""What learnt routers and chains give on public outcomes, each figure beside its target: ``make bench-routing``.

The data are others' and not in this repository; ``ROUTING_DATA`` names their folder: routellm_qa.jsonl
(lm-sys/RouteLLM), swebench_verified_outcomes.csv and swebench_verified_tasks.jsonl (SWE-bench leaderboard).
Splits are seeded.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gha_router.errors import ConfigError
from gha_router.routing.calibrate import CHAIN_QUALITY, trials_of
from gha_router.routing.cascade import Check, Trial, break_even, expected
from gha_router.routing.chains import search
from gha_router.routing.learned.encoder import Floats, Indexes, count
from gha_router.routing.learned.fit import Fitted, fit
from gha_router.routing.learned.learner import History
from gha_router.routing.learned.metrics import curve
from gha_router.routing.outcomes import Outcomes, read_outcomes, read_prompts

DATA = Path(os.environ.get("ROUTING_DATA", "../shared/data/routing"))
LABELS = 1500
SPLITS = 5
STRONG = "claude-opus-4-5-20251101"
PAIRS = (
    (STRONG, "gpt-5-mini"),
    (STRONG, "deepseek-v3.2-reasoner"),
    (STRONG, "qwen3-coder-480b-a35b-instruct"),
    ("sonnet-4-5-20250929", "gpt-5-nano"),
    ("gpt-5", "gpt-oss-120b"),
)


def main() -> Iterator[str]:
    """Yield G1 to G7, a line each."""
    for what, figure in _figures():
        yield f"  {what:<52} {figure}"


def _figures() -> Iterator[tuple[str, str]]:
    if not (DATA / "routellm_qa.jsonl").exists():
        yield "no data", "set ROUTING_DATA to the folder of routellm_qa.jsonl"
        return
    questions = read_outcomes(DATA / "routellm_qa.jsonl")
    mmlu = _table(questions, "strong", "weak", lambda task: questions.groups[task] != "gsm8k")
    yield from _g1(mmlu)
    yield from _g2(mmlu)
    issues = read_outcomes(DATA / "swebench_verified_outcomes.csv")
    read_prompts(DATA / "swebench_verified_tasks.jsonl", issues)
    yield from _g3(mmlu, questions, issues)
    yield from _chains(issues)
    yield from _g7()


@dataclass(frozen=True)
class _Table:
    """Tasks with texts, outcomes and groups."""

    history: History
    groups: list[str | None]

    def part(self, rows: Indexes) -> "_Table":
        return _Table(self.history.part(rows), [self.groups[row] for row in rows])

    def fit(self) -> Fitted:
        return fit(self.history, self.groups)


def _table(outcomes: Outcomes, strong: str, weak: str, wanted: object) -> _Table:
    tasks = [task for task in outcomes.tried_on((strong, weak)) if callable(wanted) and wanted(task)]
    right = np.array([[outcomes.cells[task][model].quality for model in (strong, weak)] for task in tasks])
    texts = tuple(count(outcomes.texts[task]) for task in tasks)
    return _Table(History(texts, right, 0, 1), [outcomes.group_of(task) for task in tasks])


def _asked(fitted: Fitted, table: _Table) -> Floats:
    """Return the gains that the policy would say, the prior where it abstains."""
    if fitted.learned is None:
        return np.full(len(table.groups), fitted.predicted.mean())
    gains, near = fitted.learned.gains(table.history.texts)
    return np.where(near >= fitted.home, gains[fitted.kind], fitted.learned.prior)


def _g1(mmlu: _Table) -> Iterator[tuple[str, str]]:
    scores, shares = [], []
    for seed in range(SPLITS):
        order = np.random.default_rng(seed).permutation(len(mmlu.groups))
        test = mmlu.part(order[LABELS:])
        line = curve(_asked(mmlu.part(order[:LABELS]).fit(), test), test.history.gains)
        strong = float(test.history.outcomes[:, 0].mean())
        scores.append(line.apgr() or 0.0)
        shares.append(line.share_for(0.95 * strong - (strong - line.gap)))
    yield "G1 MMLU, 1,500 labels: APGR", _held(scores, 0.645, "at least 0.645")
    yield "G1 strong share at 95 % of strong quality", _held([-share for share in shares], -0.47, "at most 0.47")


def _g2(mmlu: _Table) -> Iterator[tuple[str, str]]:
    names = np.array(sorted({group or "" for group in mmlu.groups}))
    groups = np.array(mmlu.groups)
    ours, lengths = [], []
    for seed in range(SPLITS):
        random = np.random.default_rng(seed)
        unseen = np.isin(groups, random.permutation(names)[:14])
        test = mmlu.part(np.flatnonzero(unseen))
        fitted = mmlu.part(random.permutation(np.flatnonzero(~unseen))[:LABELS]).fit()
        ours.append(curve(_asked(fitted, test), test.history.gains).apgr() or 0.0)
        length = np.array([text.surface[0] for text in test.history.texts])
        lengths.append(curve(length, test.history.gains).apgr() or 0.0)
    yield "G2 14 subjects never seen: APGR", _held(ours, float(np.mean(lengths)), "length alone")


def _g3(mmlu: _Table, questions: Outcomes, issues: Outcomes) -> Iterator[tuple[str, str]]:
    scores = []
    for strong, weak in PAIRS:
        table = _table(issues, strong, weak, lambda _: True)
        home = np.array([group == "django/django" for group in table.groups])
        seen, unseen = table.part(np.flatnonzero(home)), table.part(np.flatnonzero(~home))
        scores.append(curve(_asked(seen.fit(), unseen), unseen.history.gains).apgr())
    known = [score for score in scores if score is not None]
    yield "G3 Django learnt, 11 tasks of others asked: APGR", _held(known, 0.48, "at least 0.48, each pair")
    fitted = mmlu.part(np.random.default_rng(0).permutation(len(mmlu.groups))[:LABELS]).fit()
    sums = _table(questions, "strong", "weak", lambda task: questions.groups[task] == "gsm8k")
    score = curve(_asked(fitted, sums), sums.history.gains).apgr() or 0.0
    yield "G3 MMLU learnt, GSM8K asked: APGR", _held([score], 0.48, "at least 0.48")
    abstained = 0.0
    for strong, weak in PAIRS:
        table = _table(issues, strong, weak, lambda _: True)
        near = fitted.learned.gains(table.history.texts)[1] if fitted.learned else np.zeros(1)
        abstained += float((near < fitted.home).mean()) / len(PAIRS)
    yield "G3 MMLU learnt, issues asked: abstains on", f"{abstained:.0%}"


def _chains(issues: Outcomes) -> Iterator[tuple[str, str]]:
    models = list(issues.models)
    tasks = [trials_of(issues, task, models) for task in issues.tried_on(models)]
    for name, alpha, quality, cost in (("G4", 0.1, 1.0, 0.45), ("G5", 0.2, 0.985, 0.37)):
        check = Check(alpha=alpha, beta=0.1)
        what = f"{name} accepts {alpha:.0%} of wrong, errors independent"
        found = search(tasks, models, STRONG, check, max(quality, CHAIN_QUALITY))
        if found is None:
            yield what, "no chain"
            continue
        met = _met(ok=found.quality >= quality and found.cost <= cost)
        yield f"{what}: quality, cost", f"{found.quality:.3f}, {found.cost:.3f}  target {quality:g}, {cost:g}  {met}"
        yield "   " + " -> ".join(found.chain), "all tasks"
        qualities, costs = _halves(tasks, models, check, max(quality, CHAIN_QUALITY))
        met = _met(ok=float(np.mean(qualities)) >= quality and float(np.mean(costs)) <= cost)
        yield (
            "   chosen on one half, scored on the other, mean of 20",
            f"{np.mean(qualities):.3f}, {np.mean(costs):.3f}  {met}",
        )
    yield from _g6(tasks, models)


def _halves(
    tasks: list[dict[str, Trial]], models: list[str], check: Check, quality: float
) -> tuple[list[float], list[float]]:
    qualities, costs = [], []
    for seed in range(20):
        order = np.random.default_rng(seed).permutation(len(tasks))
        half = len(tasks) // 2
        chosen, scored = [tasks[row] for row in order[:half]], [tasks[row] for row in order[half:]]
        found = search(chosen, models, STRONG, check, quality)
        result = expected(found.chain if found else (STRONG,), scored, check)
        alone = expected((STRONG,), scored, check)
        qualities.append(result.quality / alone.quality)
        costs.append(result.cost_usd / alone.cost_usd)
    return qualities, costs


def _g6(tasks: list[dict[str, Trial]], models: list[str]) -> Iterator[tuple[str, str]]:
    """Every pair before Opus: those that cost more than Opus alone have to be refused."""
    alone = expected((STRONG,), tasks, Check()).cost_usd
    check = Check(alpha=0.1, beta=0.1)
    losing = refused = wrongly = 0
    for model in models:
        if model == STRONG:
            continue
        result = expected((model, STRONG), tasks, check)
        try:
            break_even(result.stages, alone)
            said = False
        except ConfigError as error:
            said = "$" in str(error)
        pays = result.cost_usd < alone
        losing += not pays
        refused += said and not pays
        wrongly += said and pays
    yield "G6 pairs that cannot pay: refused with numbers", f"{refused} of {losing}  {_met(ok=refused == losing)}"
    yield "   pairs that pay: refused", f"{wrongly} of {len(models) - 1 - losing}  {_met(ok=wrongly == 0)}"


MEASURE = """
import json, sys, time
from pathlib import Path
from gha_router.routing.learned import load_policy
assert "numpy" not in sys.modules
policy = load_policy(Path(sys.argv[1]))
text = ("def parse(line):  # the parser drops a trailing comma, see tests/test_parse.py\\n" * 3000)[:200_000]
times, busy = [], []
for number in range(300):
    started, used = time.perf_counter(), time.process_time()
    policy.choose(f"{number} {text}")
    times.append(time.perf_counter() - started)
    busy.append(time.process_time() - used)
status = Path("/proc/self/status").read_text()
peak = next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]
heavy = [name for name in ("torch", "litellm") if name in sys.modules]
print(json.dumps([sorted(times)[285] * 1000, sorted(busy)[285] * 1000, int(peak) / 1024, heavy]))
"""


def _g7() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        policy = Path(folder) / "policy.yml"
        rows = [json.loads(line) for line in (DATA / "routellm_qa.jsonl").read_text("utf-8").split("\n") if line]
        order = np.random.default_rng(0).permutation(len(rows))[:LABELS]
        sample = Path(folder) / "sample.jsonl"
        sample.write_text("\n".join(json.dumps(rows[row]) for row in order), "utf-8")
        command = [
            sys.executable,
            "-m",
            "gha_router",
            "calibrate",
            str(sample),
            "--strong",
            "strong",
            "--out",
            str(policy),
        ]
        subprocess.run(command, check=True, capture_output=True)
        run = subprocess.run([sys.executable, "-c", MEASURE, str(policy)], check=True, capture_output=True, text=True)
    p95, busy, peak, heavy = json.loads(run.stdout)
    yield "G7 decision on 200 kB, p95", f"{p95:.2f} ms  target 5 ms  {_met(ok=p95 <= 5)}"
    yield "   of it processor time, p95", f"{busy:.2f} ms (the wall clock counts the neighbours on the machine)"
    yield "G7 peak memory of the deciding process", f"{peak:.0f} MB  target 60 MB  {_met(ok=peak <= 60)}"
    yield "G7 torch, litellm", f"{heavy or 'not loaded'}  {_met(ok=not heavy)}"


def _held(values: list[float], target: float, said: str) -> str:
    mean = float(np.mean(values))
    low, high = sorted((abs(min(values)), abs(max(values))))
    return f"{abs(mean):.3f} ({low:.3f} to {high:.3f})  target {abs(target):.3f} ({said})  {_met(ok=mean >= target)}"


def _met(*, ok: bool) -> str:
    return "met" if ok else "NOT MET"
