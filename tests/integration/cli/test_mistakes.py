"""A mistake of the user's gets one message with its place, the exit code of its class, and no traceback."""

from pathlib import Path

import pytest

from tests.command import gha_router
from tests.golden import check_golden

GOOD = "version: 1\nproviders:\n  lab: {base_url: 'http://127.0.0.1:9', format: anthropic}\nmodels:\n  sonnet: lab/x\n"

MISTAKES = {
    "unknown-key": GOOD + "modles: {}\n",
    "unknown-model": GOOD + "default: sonet\n",
    "cycle": GOOD + "  haiku: lab/y\nfallbacks:\n  sonnet: [haiku]\n  haiku: [sonnet]\n",
    "missing-variable": GOOD.replace("format: anthropic", "format: anthropic, api_key: '${LAB_KEY}'"),
    "wrong-type": GOOD + "budget: {run_usd: lots}\n",
    "yaml": GOOD + "default: [sonnet\n",
    "unread-section": GOOD + "report: {enabled: true}\n",
    "prompt-of-nothing": GOOD
    + "steps:\n  - id: fix\n    prompt: |\n      Fix it.\n      It is about {{ inputs.isue }}\n"
    "    inputs: {issue: read}\n    needs: [read]\n  - {id: read, prompt: Read it, needs: []}\n",
    "needs-in-a-circle": GOOD + "pipelines:\n  p:\n    steps:\n      - {id: a, prompt: x, needs: [b]}\n"
    "      - {id: b, prompt: y, needs: [a]}\n",
    "unknown-check": GOOD + "checks:\n  - exsits: out.txt\n",
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_configuration_is_told_with_its_place(tmp_path: Path, name: str) -> None:
    (tmp_path / "gha-router.yml").write_text(MISTAKES[name])
    (tmp_path / "workspace").mkdir()
    ended = gha_router(
        *("run", "--config", "gha-router.yml", "--prompt", "hi", "--workspace", "workspace", "--out", "out"),
        cwd=tmp_path,
        OPENAI_API_KEY="sk-canary",
    )
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr + ended.stdout
    assert "canary" not in ended.stderr + ended.stdout
    assert not (tmp_path / "out" / "report.json").exists()
    check_golden(f"mistakes/{name}.txt", ended.stderr)


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("run",), 2, "--out"),
        (("run", "--out", "out"), 2, "the workspace is missing"),
        (("run", "--config", "none.yml", "--prompt", "x", "--workspace", ".", "--out", "out"), 2, "none.yml"),
        (("run", "--model", "a", "--tier", "1", "--workspace", ".", "--out", "out"), 2, "exclude each other"),
        (
            ("run", "--model", "sim/honest", "--prompt", "x", "--workspace", ".", "--out", "out"),
            2,
            "lies in the workspace",
        ),
        (("experiment", "--models", "sim/honest", "--suite", "clasic", "--out", "out"), 2, "Did you mean `classic`?"),
        (("experiment", "--models", "sim/honst", "--out", "out"), 2, "Did you mean `sim/honest`?"),
        (
            ("run", "--model", "sim/honest", "--prompt", " ", "--workspace", ".", "--out", "out"),
            2,
            "the prompt is empty",
        ),
        (
            ("run", "--model", "sim/honest", "--pipeline", "p", "--workspace", ".", "--out", "../out"),
            2,
            "there is no pipeline `p`",
        ),
        (
            ("run", "--model", "sim/honest", "--prompt", "x", "--pipeline", "p", "--workspace", ".", "--out", "out"),
            2,
            "--prompt and --pipeline are two things",
        ),
        (
            ("run", "--model", "sim/honest", "--prompt", "x", "--workspace", ".", "--out", "../none", "--resume"),
            2,
            "there is no run to go on with",
        ),
        (("run", "--prompt", "x", "--workspace", ".", "--out", "out"), 2, "there is no configuration"),
        (("ledger", "verify", "none.jsonl"), 2, "none.jsonl"),
        (("runn",), 2, "runn"),
        (("claims", "none.txt"), 2, "none.txt"),
        (("snapshot", "--workspace", "none", "--out", "s.json"), 2, "none"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_wrong_command_line_is_told(tmp_path: Path, args: tuple[str, ...], code: int, words: str) -> None:
    ended = gha_router(*args, cwd=tmp_path)
    assert ended.returncode == code
    assert words in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr + ended.stdout


@pytest.mark.parametrize(
    "command", [(), ("run",), ("experiment",), ("demo",), ("serve",), ("ledger", "verify"), ("claims",), ("import",)]
)
def test_every_command_helps_with_an_example(command: tuple[str, ...]) -> None:
    ended = gha_router(*command, "--help")
    assert ended.returncode == 0
    assert (
        not command
        or f"Example: {'echo' if command == ('claims',) else 'gha-router ' + ' '.join(command)}" in ended.stdout
    )


def test_claims_are_read_from_standard_input() -> None:
    ended = gha_router("claims", "-", stdin="README.md は 184行です。1.4秒でした！")
    assert ended.returncode == 0
    assert '"value": 184' in ended.stdout
    assert '"kind": "duration"' in ended.stdout
