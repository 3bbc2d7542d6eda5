"""Run the CLI as the official action's SDK does, and leave what the official action leaves."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

CLI = next(Path("/opt/gha-router").glob("lib/python3*/site-packages/claude_agent_sdk/_bundled/claude"))
SETTINGS = ("--setting-sources", "user,project,local")
FORM = ("--output-format", "stream-json", "--verbose")


def main() -> int:
    """Return the CLI's exit code."""
    if os.environ["CLASSIFY"] != "false":
        sys.exit("the official action would now ask api.anthropic.com with this key")
    arguments = shlex.split(os.environ["CLAUDE_ARGS"])
    ended = subprocess.run(
        (str(CLI), "-p", os.environ["PROMPT"], *FORM, *SETTINGS, *arguments),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    messages = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
    file = Path(os.environ["RUNNER_TEMP"]) / "claude-execution-output.json"  # the same for every step of a job
    file.write_text(json.dumps(messages, indent=2), encoding="utf-8")
    session = next((message["session_id"] for message in messages if "session_id" in message), "")
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as outputs:
        outputs.write(f"execution_file={file}\nsession_id={session}\n")
    print(f"asked: {os.environ['PROMPT']}")  # noqa: T201  for the job's log
    print(f"Claude Code ended with {ended.returncode}, {len(messages)} messages {ended.stderr[-500:]}")  # noqa: T201
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main())
