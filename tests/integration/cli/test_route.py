"""``gha-router route``: what people and machines read, and that nobody is called unless it is asked for."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.command import gha_router
from tests.golden import check_golden
from tests.history import lines, write
from tests.upstream import answering, message, upstream

CONFIG = """\
version: 1
providers:
  lab: {{base_url: "{url}", api_key: "${{LAB_KEY}}", format: anthropic}}
models:
  opus: {{model: lab/opus, price: {{input: 5, output: 25}}}}
  sonnet: {{model: lab/sonnet, price: {{input: 3, output: 15}}}}
  haiku: {{model: lab/haiku, price: {{input: 1, output: 5}}}}
  coder: {{model: lab/coder, price: free, context: 40}}
tiers: {{0: [opus], 1: [sonnet, opus]}}
routes: {{design: tier-0, bugfix: tier-1, docs: haiku, quick_fix: coder}}
default: sonnet
classifier: {{model: haiku, timeout_s: 5}}
"""
NOWHERE = "http://127.0.0.1:9"
SHOWN = {
    "bugfix": (
        "Fix the crash when the configuration is missing, and tell me which of the callers were affected by it.",
    ),
    "japanese": ("READMEに手順を追記して",),
    "default": ("Hello",),
    "named": ("Hello", "--tier", "0"),
}


def route(folder: Path, *arguments: object, url: str = NOWHERE, stdin: str | None = None) -> tuple[int, str, str]:
    (folder / "c.yml").write_text(CONFIG.format(url=url))
    words = map(str, arguments)
    ended = gha_router("route", *words, "--config", "c.yml", cwd=folder, stdin=stdin, LAB_KEY="sk-canary")
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize("name", SHOWN)
def test_people_read_who_answers_why_and_what_was_passed_over(name: str, tmp_path: Path) -> None:
    code, out, err = route(tmp_path, *SHOWN[name])
    assert (code, err) == (0, "")
    check_golden(f"route/{name}.txt", out)


TAIL = "please today module again soon file today module"
LEARNED = {
    "learned": (f"the invariant holds {TAIL}",),
    "learned_abstains": ("{};;" * 90,),
    "learned_router": (f"rename the variable {TAIL}", "--route", "bugfix"),
}


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("learned")
    history = write(folder / "history.jsonl", lines())
    models = ("--strong", "opus", "--weak", "haiku")
    calibrated = gha_router("calibrate", history, *models, "--out", "p.yml", cwd=folder)
    assert calibrated.returncode == 0, calibrated.stderr
    (folder / "c.yml").write_text(
        CONFIG.format(url=NOWHERE).replace("bugfix: tier-1", "bugfix: router-mf-0.6") + "learned: {policy: p.yml}\n"
    )
    return folder


@pytest.mark.xdist_group("learned")
@pytest.mark.parametrize("name", LEARNED)
def test_people_read_what_a_learned_policy_chose(name: str, learned: Path) -> None:
    ended = gha_router("route", *LEARNED[name], "--config", "c.yml", cwd=learned, LAB_KEY="k")
    assert ended.returncode == 0, ended.stderr
    assert not {"invariant", "variable", "module", "today"} & set(ended.stdout.split())
    check_golden(f"route/{name}.txt", ended.stdout)


def test_machines_read_json(tmp_path: Path) -> None:
    code, out, _ = route(tmp_path, "-", "--json", stdin="変数名の typo を直して")
    found = json.loads(out)
    assert code == 0
    assert (found["task_type"], found["model"], found["deployments"]) == ("quick_fix", "coder", ["lab/coder"])
    assert found["price"] == {"input": "0", "output": "0", "source": "configured: free"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("x", "--model", "sonet"), "Did you mean `sonnet`?"),
        (("x", "--route", "bugfx"), "Did you mean `bugfix`?"),
        (("x", "--route", "docs", "--tier", "1"), "exclude each other"),
    ],
)
def test_a_wrong_name_is_told(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    code, _, err = route(tmp_path, *arguments)
    assert (code, words in err) == (2, True)


def test_the_classifier_is_asked_only_when_it_is_asked_for(tmp_path: Path) -> None:
    async def run() -> None:
        async with upstream(answering(200, message('{"task_type": "docs"}'))) as up:
            for flag, model, sent in ((), "sonnet", 0), (("--classify",), "haiku", 1):
                code, out, _ = await asyncio.to_thread(
                    route, tmp_path, "Hm, about installing", "--json", *flag, url=up.url
                )
                assert (code, json.loads(out)["model"], len(up.sent)) == (0, model, sent)
            assert json.loads(out)["reason"] == "docs (haiku says so) -> haiku"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("opus", "did not answer in JSON"),
        ('{"task_type": "agentic_large"}', "named no task type that was offered"),
    ],
)
def test_an_answer_that_does_not_hold_leaves_it_to_the_default(said: str, why: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with upstream(answering(200, message(said))) as up:
            code, out, _ = await asyncio.to_thread(route, tmp_path, "Hm", "--json", "--classify", url=up.url)
        found = json.loads(out)
        assert (code, found["model"], why in found["reason"]) == (0, "sonnet", True)

    asyncio.run(run())


def test_a_classifier_that_is_down_leaves_it_to_the_default(tmp_path: Path) -> None:
    code, out, _ = route(tmp_path, "Hm", "--json", "--classify")
    found = json.loads(out)
    assert (code, found["model"]) == (0, "sonnet")
    assert "haiku did not answer" in found["reason"]


@pytest.mark.parametrize("name", ["auto-switching", "multi-llm", "experiment-2025-08"])
def test_who_calls_nobody_needs_no_key(name: str, tmp_path: Path) -> None:
    file = Path(__file__).parents[3] / "examples" / f"{name}.yml"
    ended = gha_router("route", "Fix the typo in the README", "--config", str(file), "--json", cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["deployments"]


def test_a_classifier_is_not_asked_without_its_key(tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text(CONFIG.format(url=NOWHERE))
    ended = gha_router("route", "Hello", "--classify", "--config", "c.yml", cwd=tmp_path)
    assert ended.returncode == 2
    assert "`LAB_KEY` is not set" in ended.stderr
