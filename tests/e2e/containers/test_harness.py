"""The harness itself, on an action that is known: what it says about ours is worth as much as this."""

from pathlib import Path

import pytest

from tests.e2e.containers.action import File, run_action, start_action
from tests.e2e.containers.engine import Engine
from tests.e2e.containers.protocol import Log, ProtocolError, evaluate, parse_file_command
from tests.e2e.containers.step import RUNNER_UID, TOKEN, Step

PROBE = Path(__file__).parent / "probe"


def test_both_forms_of_a_file_command_are_read() -> None:
    text = "a=1=2\n\nb<<END\nx\ny=z\nEND\nc=\nd=<<\n"
    assert parse_file_command(text) == {"a": "1=2", "b": "x\ny=z", "c": "", "d": "<<"}


@pytest.mark.parametrize("text", ["name", "=value", "a<<END\nx", "a<<\n"])
def test_what_the_runner_refuses_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        parse_file_command(text)


def test_expressions_are_dotted_names_and_nothing_else() -> None:
    contexts = {"github": {"token": "t", "event": {"number": 7}}}
    assert evaluate("${{ github.token }}-${{github.event.number}}-${{ github.nothing.here }}", contexts) == "t-7-"
    assert evaluate(text=True, contexts={}) == "true"
    with pytest.raises(ProtocolError):
        evaluate("${{ github.token || 'x' }}", contexts)


def test_a_mask_hides_from_then_on_and_each_line_of_it() -> None:
    log = Log()
    for line in ("abc", "::add-mask::abc%0Adef", "abc and def", "::error title=a%3Ab::it was def"):
        log.feed(line)
    assert log.shown == ["abc", "*** and ***", "##[error]it was ***"]
    assert log.annotations[0].properties == {"title": "a:b"}


def test_stopped_commands_are_text() -> None:
    log = Log()
    for line in ("::stop-commands::tok", "::warning::no", "::tok::", "::warning::yes", "::unknown::x"):
        log.feed(line)
    assert [annotation.message for annotation in log.annotations] == ["yes"]
    assert log.shown == ["::warning::no", "##[warning]yes", "::unknown::x"]


def test_a_step_is_seen_as_the_runner_sees_it(podman: Engine, bases: tuple[str, str], workspace: Path) -> None:
    assert bases
    inputs = {"prompt": "work", "api_key": "s3cret-of-the-team", "odd one-x": "x"}
    step = Step(action_dir=PROBE, workspace=workspace, inputs=inputs, secrets=("s3cret-of-the-team",), event="push")
    result = run_action(podman, step)
    assert result.succeeded
    assert result.outputs == {"verdict": "played work\nlast line"}
    assert result.env == {"COLOUR": "red"}
    assert result.path == ("/opt/tools",)
    assert result.summary == "# played work\n"
    assert "playing work on push in /github/workspace as 0" in result.log
    assert "the key is ***" in result.log
    assert "s3cret-of-the-team" in result.raw
    assert [note.message for note in result.annotations] == [
        "Unexpected input(s) 'odd one-x', valid inputs are ['prompt', 'api_key', 'github_token']",
        "careful\nwith ***",
    ]
    assert result.files == {"carried.txt": File(uid=0, mode=0o644, size=8)}
    assert workspace.stat().st_uid == RUNNER_UID


def test_the_container_gets_what_the_runner_gives(podman: Engine, bases: tuple[str, str], workspace: Path) -> None:
    assert bases
    step = Step(
        action_dir=PROBE,
        workspace=workspace,
        inputs={"prompt": "wait", "two words-x": "y"},
        payload={"action": "created"},
    )
    with start_action(podman, step) as running:
        running.wait_for("waiting")
        pairs = running.execute("cat", "/proc/1/environ").split("\0")
        variables = dict(pair.split("=", 1) for pair in pairs if pair)
        assert variables["INPUT_GITHUB_TOKEN"] == TOKEN
        assert variables["INPUT_API_KEY"] == ""
        assert variables["INPUT_TWO_WORDS-X"] == "y"
        assert variables["HOME"] == "/github/home"
        assert running.execute("cat", variables["GITHUB_EVENT_PATH"]) == '{"action": "created"}'
        owners = running.execute(
            "stat", "-c", "%u", variables["GITHUB_OUTPUT"], variables["HOME"], "/github/runner_temp"
        )
        assert set(owners.split()) == {str(RUNNER_UID)}
        running.cancel()
        assert running.result().returncode == 130


def test_cancelling_gives_time_to_say_what_happened(podman: Engine, bases: tuple[str, str], workspace: Path) -> None:
    assert bases
    with start_action(podman, Step(action_dir=PROBE, workspace=workspace, inputs={"prompt": "wait"})) as running:
        running.wait_for("waiting")
        running.cancel()
        result = running.result()
    assert result.returncode == 130
    assert result.outputs["verdict"] == "cancelled\nlast line"
    assert not result.killed
    assert result.cancelled_s is not None
    assert result.cancelled_s < 5


def test_who_does_not_end_is_ended(podman: Engine, bases: tuple[str, str], workspace: Path) -> None:
    assert bases
    with start_action(podman, Step(action_dir=PROBE, workspace=workspace, inputs={"prompt": "stubborn"})) as running:
        running.wait_for("waiting")
        running.cancel(graces=(0.3, 0.3))
        result = running.result()
    assert result.killed
    assert result.cancelled_s is not None
    assert result.cancelled_s >= 0.6
    assert running.name not in podman.run("ps", "--all", "--format", "{{.Names}}").split()
