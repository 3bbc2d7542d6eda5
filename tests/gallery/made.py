"""Makes one mistake in a folder of its own, and tells what came of it."""

import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from string import Template

from tests.command import COMMAND, environment, gha_router
from tests.gallery.mistakes import Mistake

TIME_LIMIT_S = 60.0
# What differs from run to run, and what stands in its place.
VARYING = (
    (r"\d+(\.\d+)? m?s\b", "1.2 s"),
    (r"· \$0\.0[1-9]\d* ·", "· $0.04 ·"),
    (r"up to \$\d[\d.]*\d", "up to $0.74"),
    (r"\b[0-9a-f]{40,64}\b", "3fa9..."),
    (r"(?m)^Agents: .*$", "Agents: Claude Code 2.1.329."),  # those that are installed here
)


Ended = subprocess.CompletedProcess[str]
Start = Callable[[Sequence[str], Path, dict[str, str]], Ended]


def from_nothing(line: Sequence[str], cwd: Path, env: dict[str, str]) -> Ended:
    """Run a command line as a shell does."""
    return subprocess.run(line, cwd=cwd, env=env, capture_output=True, text=True, timeout=TIME_LIMIT_S, check=False)


def forked(line: Sequence[str], cwd: Path, env: dict[str, str]) -> Ended:
    """Run it in a process that has loaded the command already, where nothing but the command is in question."""
    ours = tuple(line[: len(COMMAND)]) == COMMAND and "PYTHONPATH" not in env
    return (
        gha_router(*line[len(COMMAND) :], cwd=cwd, timeout=TIME_LIMIT_S, **env)
        if ours
        else from_nothing(line, cwd, env)
    )


def made(mistake: Mistake, folder: Path, *, start: Start = from_nothing) -> tuple[str, int]:
    """Return what is told of it, as a block for people to read, and the exit code."""
    (folder / "workspace").mkdir()
    with mistake.place(folder) as filled:
        known = {"folder": str(folder), **filled}

        def fill(text: str) -> str:
            return Template(text).safe_substitute(known)

        files = mistake.files if mistake.config is None else {"gha-router.yml": mistake.config, **mistake.files}
        for name, content in files.items():
            (folder / name).write_text(fill(content), encoding="utf-8")
        line = mistake.instead or (*mistake.through, *COMMAND, *mistake.args)
        env = environment(COLUMNS="120") | {name: fill(value) for name, value in mistake.env.items()}
        ended = start([fill(word) for word in line], folder, env)
    paragraphs = ended.stdout.split("\n\n")
    if mistake.without:
        paragraphs = [one for one in paragraphs if not one.startswith(mistake.without)]
    out = "\n".join("\n\n".join(paragraphs).splitlines()[: mistake.lines])
    said = f"{ended.stderr.strip()}\n{out}"
    return f"$ {_shown(mistake)}\n{_steady(said, known).strip()}\nexit code {ended.returncode}\n", ended.returncode


def _shown(mistake: Mistake) -> str:
    words = ("make", "demo") if mistake.instead else ("gha-router", *mistake.args)
    words = tuple(word.replace("$port", "8080") for word in words)
    return " ".join(f"'{word}'" if " " in word else word for word in words)


def _steady(text: str, known: Mapping[str, str]) -> str:
    """Return a text without what is this machine's or this moment's own."""
    for name, value in sorted(known.items(), key=lambda pair: -len(pair[1])):
        if name == "port":
            text = text.replace(f":{value}", ":8080")
        else:
            text = text.replace(value, {"folder": "/home/me/project"}.get(name, f"/path/to/{name}"))
    for pattern, word in VARYING:
        text = re.sub(pattern, word, text)
    return "\n".join(line.rstrip() for line in text.replace(sys.executable, "python").splitlines())
