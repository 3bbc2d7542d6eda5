"""What one reply means, where the same status means different things, and what people then read."""

from decimal import Decimal
from io import StringIO

import pytest
from rich.console import Console
from rich.text import Text

from gha_router.config import Deployment
from gha_router.doctor import Checked, Checkup, Entry, Health, checkup_json, headline, notes, sections
from gha_router.doctor.findings import Finding, KeyState, OllamaModel, OllamaServer
from gha_router.doctor.judge import Circumstances, Reply, judged, wants_more
from gha_router.doctor.memory import GB
from gha_router.records import Decision, Receipt, Try
from gha_router.report.terminal import print_section
from tests.golden import check_golden


def entry(model: str = "anthropic/claude-sonnet-4-5", *names: str) -> Entry:
    decision = Decision(asked=None, model=model, deployments=(model,), reason="x")
    return Entry(names=names or (model,), deployment=Deployment(model=model), decision=decision)


def reply(status: int | None, words: str = "", *, upstream: int | None = None, cause: str = "x") -> Reply:
    receipt = Receipt(
        id="r",
        at="2026-11-21T00:00:00Z",
        endpoint="/v1/messages",
        run=None,
        step="doctor",
        attempt=1,
        session=None,
        agent=None,
        asked="x",
        model="x",
        reason="x",
        tries=(Try(deployment="x", status=upstream, cause=cause, seconds=0.1),),
        served=None,
        status=status or 0,
        stop_reason=None,
        complete=True,
        usage=None,
        price_source=None,
        price_digest=None,
        cost_usd=Decimal(0),
        ttfb_s=None,
        seconds=0.1,
    )
    return Reply(status=status, seconds=0.1, words=words, receipt=receipt)


AROUND = Circumstances(limit_s=30, variables=("ANTHROPIC_API_KEY",), known=("anthropic/claude-sonnet-4-6",))


def test_a_refused_key_names_the_variable() -> None:
    found = judged(entry(), reply(401, "invalid x-api-key", upstream=401), AROUND)
    assert (found.health, "`ANTHROPIC_API_KEY`" in (found.hint or "")) == (Health.MISTAKE, True)


def test_an_unknown_model_names_the_nearest_of_the_price_list() -> None:
    found = judged(entry("anthropic/claude-sonet-4-6"), reply(404, upstream=404), AROUND)
    assert found.hint == "Did you mean `anthropic/claude-sonnet-4-6`?"


def test_on_ollama_an_unknown_model_is_one_that_was_not_pulled() -> None:
    found = judged(entry("ollama/glm-4.7"), reply(404, upstream=404), Circumstances(limit_s=1, ollama=True))
    assert (found.health, found.hint) == (Health.DOWN, "Run `ollama pull glm-4.7`.")


def test_a_subscriptions_token_that_is_for_claude_code_alone_is_no_wrong_key() -> None:
    words = "This credential is only authorized for use with Claude Code."
    own = Circumstances(limit_s=1, subscription=True)
    assert judged(entry(), reply(400, words, upstream=400), own).health is Health.WARNING
    assert judged(entry(), reply(400, words, upstream=400), AROUND).health is Health.DOWN
    assert judged(entry(), reply(401, words, upstream=401), own).health is Health.MISTAKE


@pytest.mark.parametrize(
    ("cause", "ollama", "hint"),
    [
        ("no connection (ClientConnectorError)", False, "base_url"),
        ("no connection (ClientConnectorError)", True, "ollama serve"),
        ("no answer in time", False, "timeout"),
        ("the connection broke (ServerDisconnectedError)", False, "later"),
    ],
)
def test_silence_says_whose(cause: str, hint: str, *, ollama: bool) -> None:
    found = judged(entry(), reply(502, upstream=None, cause=cause), Circumstances(limit_s=1, ollama=ollama))
    assert (found.health, hint in (found.hint or "")) == (Health.DOWN, True)


def test_a_redirect_that_the_gateway_saw_is_a_mistake_in_the_address() -> None:
    cause = "HTTP 307: a redirect, which is not followed; is base_url right?"
    found = judged(entry(), reply(307, cause, upstream=307, cause=cause), AROUND)
    assert (found.health, "`base_url`" in (found.hint or "")) == (Health.MISTAKE, True)


def test_a_redirect_is_a_mistake_in_the_address() -> None:
    cause = "HTTP 301: a redirect, which is not followed; is base_url right?"
    assert judged(entry(), reply(502, upstream=None, cause=cause), AROUND).health is Health.MISTAKE


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("Could not finish the message because max_tokens or model output limit was reached", True),
        ("Invalid 'max_output_tokens': integer below minimum value", True),
        ("max_completion_tokens is too small", True),
        ("messages: at least one is required", False),
    ],
)
def test_only_who_wants_more_tokens_is_asked_again(words: str, *, more: bool) -> None:
    assert wants_more(reply(400, words, upstream=400)) is more
    assert not wants_more(reply(401, words, upstream=401))


def test_words_are_one_bounded_visible_line() -> None:
    found = judged(entry(), reply(500, "\x1b[2J\n::error::" + "x" * 5_000, upstream=500), AROUND)
    assert "\x1b" not in found.what
    assert "\n" not in found.what
    assert " ::" not in found.what  # at the beginning of a line it would be a command to the runner
    assert len(found.what) < 400


def checkup() -> Checkup:
    local = OllamaModel(name="glm-4.7", installed=True, size=3 * GB, loaded=4 * GB, loaded_context=32768)
    missing = OllamaModel(name="codestral:22b", installed=False)
    other = OllamaModel(name="qwen3:8b", installed=True, size=5 * GB, loaded=6 * GB)
    down = Finding(health=Health.DOWN, what="`codestral:22b` is not installed", hint="Run `ollama pull codestral:22b`.")
    return Checkup(
        configuration="gha-router.yml",
        called=True,
        keys=(
            KeyState(
                provider="anthropic", format="anthropic", address="https://api.anthropic.com", needed=True, missing=()
            ),
            KeyState(provider="ollama", format="anthropic", address="http://localhost:11434", needed=False, missing=()),
        ),
        checked=(
            Checked(
                entry=entry("anthropic/claude-sonnet-4-5", "sonnet"),
                finding=Finding(health=Health.WELL, what="answers"),
                seconds=1.42,
                answered_by="claude-sonnet-4-5-20250929",
                cost_usd=Decimal("0.000042"),
                context=200_000,
                max_output=64_000,
                supports={"tools": True, "vision": True, "pdf": False},
                price_source="litellm 1.109.1, 2026-11-20",
            ),
            Checked(
                entry=entry("ollama/glm-4.7", "quick", "background"),
                finding=Finding(
                    health=Health.WARNING, what="answers, and says that it is `[red]x[/]`", hint="An alias, or another."
                ),
                seconds=0.3,
                cost_usd=Decimal(0),
                supports={},
            ),
            Checked(entry=entry("ollama/codestral:22b", "long"), finding=down, supports={}),
        ),
        ollama=(
            OllamaServer(
                provider="ollama",
                address="http://localhost:11434",
                version="0.15.6",
                models=(local, missing),
                others=(other,),
                memory=128 * GB,
            ),
        ),
        findings=(),
    )


def test_people_read_tables() -> None:
    console = Console(width=120, record=True, file=StringIO())
    console.print(Text(headline(checkup())))
    for section in sections(checkup()):
        print_section(section, console)
    for note in notes(checkup()):
        console.print(Text(note))
    lines = [line.rstrip() for line in console.export_text().splitlines()]
    check_golden("doctor/checkup.txt", "\n".join(lines) + "\n")


def test_machines_read_json() -> None:
    check_golden("doctor/checkup.json", checkup_json(checkup(), strict=False))
