"""What a comment asks for, in every form that the grammar has, and what is said of the others."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.errors import Position
from gha_router.github.comments.command import Command, Target, Trials
from gha_router.github.comments.grammar import parse
from gha_router.github.comments.lines import SEPARATORS
from gha_router.github.comments.words import Activity, Words

WORDS = Words(
    models=("opus", "sonnet", "docs", "GLM-4.7"),
    deployments=("anthropic/claude-opus-4-6",),
    tiers=(0, 1, 3),
    pipelines=("research",),
    suites=("classic",),
    cap=Decimal("2.00"),
)
RUN = Activity.RUN
SHA = "1a" * 20

UNDERSTOOD: dict[str, Command] = {
    "/route": Command(activity=RUN),
    "/route --": Command(activity=RUN),
    "/route opus": Command(activity=RUN, target=Target(model="opus")),
    "/route opus fix the test": Command(activity=RUN, target=Target(model="opus"), prompt="fix the test"),
    "/route tier=3 fix": Command(activity=RUN, target=Target(tier=3), prompt="fix"),
    "/route tier-3 fix": Command(activity=RUN, target=Target(tier=3), prompt="fix"),
    "/route quick_fix fix": Command(activity=RUN, target=Target(task_type="quick_fix"), prompt="fix"),
    "/route docs fix": Command(activity=RUN, target=Target(model="docs"), prompt="fix"),
    "/route anthropic/claude-opus-4-6": Command(activity=RUN, target=Target(model="anthropic/claude-opus-4-6")),
    "/route budget=1.50 -- fix": Command(activity=RUN, budget_usd=Decimal("1.50"), prompt="fix"),
    "/route opus budget=2 pipeline=research -- fix": Command(
        activity=RUN, target=Target(model="opus"), budget_usd=Decimal(2), pipeline="research", prompt="fix"
    ),
    "/route pipeline=research budget=0": Command(activity=RUN, pipeline="research", budget_usd=Decimal(0)),
    "/route -- help me": Command(activity=RUN, prompt="help me"),
    "/route opus -- budget=9 -- x": Command(activity=RUN, target=Target(model="opus"), prompt="budget=9 -- x"),
    "/route opus say budget=9": Command(activity=RUN, target=Target(model="opus"), prompt="say budget=9"),
    "/route\nfix\nthis\n": Command(activity=RUN, prompt="fix\nthis"),
    "/route budget=1\n\n  fix": Command(activity=RUN, budget_usd=Decimal(1), prompt="  fix"),
    "/route opus 直して　ください\r\n二行目 \r\n": Command(
        activity=RUN, target=Target(model="opus"), prompt="直して　ください\r\n二行目"
    ),
    "/route　opus　直して": Command(activity=RUN, target=Target(model="opus"), prompt="直して"),
    "/route help": Command(activity=Activity.HELP),
    "/route status  ": Command(activity=Activity.STATUS),
    "/route retry": Command(activity=Activity.RETRY),
    "/route stop\nthis goes wrong": Command(activity=Activity.STOP),
    "/route explain": Command(activity=Activity.EXPLAIN),
    "/route explain\nfix the typo": Command(activity=Activity.EXPLAIN, prompt="fix the typo"),
    f"/route approve {SHA}": Command(activity=Activity.APPROVE, sha=SHA),
    f"/route approve {SHA.upper()}\nLooks good": Command(activity=Activity.APPROVE, sha=SHA),
    f"/route approve {'1a' * 32}": Command(activity=Activity.APPROVE, sha="1a" * 32),
    "/route experiment suite=classic models=opus,sonnet epochs=3": Command(
        activity=Activity.EXPERIMENT, trials=Trials(suite="classic", models=("opus", "sonnet"), epochs=3)
    ),
    "/route experiment models=opus": Command(
        activity=Activity.EXPERIMENT, trials=Trials(suite="classic", models=("opus",), epochs=1)
    ),
    "no command": Command(activity=Activity.NOTHING),
}


@pytest.mark.parametrize(("body", "expected"), UNDERSTOOD.items())
def test_understood(body: str, expected: Command) -> None:
    assert parse(body, WORDS) == expected


REFUSED: dict[str, tuple[str, int, str]] = {  # body -> what, column, hint
    "/route opsu": ("`opsu` is no model", 8, "`opus`"),
    "/route OPUS": ("`OPUS` is no model", 8, "`opus`"),
    "/route glm-4.7": ("`glm-4.7` is no model", 8, "`GLM-4.7`"),
    "/route ｏｐｕｓ": ("`opus` is no model", 8, "`opus`"),
    "/route op\u200bus fix": ("`opus` is no model", 8, "`opus`"),
    "/route quickfix x": ("`quickfix` is no model", 8, "`quick_fix`"),
    "/route fix the test": ("`fix` is no model", 8, "behind `--`"),
    "/route background x": ("`background` is no model", 8, "There are"),
    "/route other/model x": ("`other/model` is no model", 8, "There are"),
    "/route help me": ("`help` stands alone", 13, "`/route -- help ...`"),
    "/route stats": ("`stats` is no model", 8, "`status`"),
    "/route tier=2": ("no tier `2`", 8, "`tier=0`, `tier=1`, `tier=3`"),
    "/route tier=２": ("no tier `2`", 8, "`tier=0`"),
    "/route tier=": ("no tier `?`", 8, "`tier=0`"),
    "/route tier=-1": ("no tier `-1`", 8, "`tier=0`"),
    "/route opus tier=1 x": ("`tier=1` stands in the wrong place", 13, "first word"),
    "/route budget=1 fix": ("`fix` could be a target", 17, "behind `--`"),
    "/route opus bugdet=1 fix": ("no option `bugdet`", 13, "`budget`"),
    "/route opus Budget=1 fix": ("no option `Budget`", 13, "`budget`"),
    "/route opus --budget=1 fix": ("no option `--budget`", 13, "`budget`"),
    "/route opus x=1 is wrong": ("no option `x`", 13, "behind `--`"),
    "/route opus budget＝1 fix": ("full-width", 13, "plain letters"),
    "/route opus ｂudget=1 fix": ("full-width", 13, "plain letters"),
    "/route opus bud\u200bget=1 fix": ("invisible", 13, "plain letters"),
    "/route budget=1 budget=2": ("`budget` is given twice", 17, "one of them"),
    "/route pipeline=reserch": ("no pipeline `reserch`", 8, "`research`"),
    "/route approve": ("no commit", 8, "in full"),
    "/route approve 1a1a1a1": ("no whole SHA", 16, "All 40 digits"),
    f"/route approve {SHA[:-1]}": ("no whole SHA", 16, "All 40 digits"),
    f"/route approve {SHA}0": ("no whole SHA", 16, "All 40 digits"),
    f"/route approve {SHA} please": ("`please` has no meaning", 57, "Take it out"),
    "/route experiment": ("no models", 8, "`models=a,b`"),
    "/route experiment models=opus,opsu": ("no model `opsu`", 19, "`opus`"),
    "/route experiment models=opus,opus": ("`opus` is named twice", 19, "`epochs`"),
    "/route experiment models=": ("no model `?`", 19, "There are"),
    "/route experiment models=opus epochs=0": ("no number of repeats", 31, "From 1 to 20"),
    "/route experiment models=opus epochs=999": ("no number of repeats", 31, "From 1 to 20"),
    "/route experiment models=opus suite=../evil": ("no suite `../evil`", 31, "`classic`"),
    "/route experiment models=opus budget=1": ("no option `budget`", 31, "`suite`"),
    "/route experiment models=opus now": ("`now` has no meaning", 31, "Take it out"),
}


@pytest.mark.parametrize(("body", "said"), REFUSED.items())
def test_refused_with_the_place_and_what_to_write(body: str, said: tuple[str, int, str]) -> None:
    found = parse(body, WORDS)
    assert found.activity == Activity.ERROR
    assert found.fault is not None
    what, column, hint = said
    assert what in found.fault.what
    assert found.fault.where == Position("comment", 1, column)
    assert hint in found.fault.hint


AMOUNTS = [
    "NaN",
    "inf",
    "-1",
    "+1",
    "1e3",
    "1_000",
    "1,50",
    "$1",
    "１",
    "",
    ".5",
    "1.",
    "0x1",
    "1" * 10,
    "0." + "1" * 10,
]


@pytest.mark.parametrize("amount", AMOUNTS)
@pytest.mark.parametrize("cap", [None, Decimal("2.00")])
def test_what_is_no_amount_is_no_budget(amount: str, cap: Decimal | None) -> None:
    found = parse(f"/route budget={amount}", Words(cap=cap))
    assert found.activity == Activity.ERROR
    assert found.fault is not None
    assert "amount" in found.fault.what


@pytest.mark.parametrize(
    ("cap", "amount", "allowed"),
    [
        (Decimal("2.00"), "2.00", True),
        (Decimal("2.00"), "2.000000001", False),
        (Decimal(0), "0.01", False),
        (Decimal(0), "0", True),
        (None, "1000000", True),
        (None, "1000000.1", False),
    ],
)
def test_a_budget_only_lowers_the_configured_one(cap: Decimal | None, amount: str, *, allowed: bool) -> None:
    found = parse(f"/route budget={amount}", Words(cap=cap))
    assert (found.activity == RUN) is allowed
    assert found.budget_usd == (Decimal(amount) if allowed else None)


def test_two_commands_in_one_comment_start_nothing() -> None:
    found = parse("/route opus fix\n\n/route stop", WORDS)
    assert found.activity == Activity.ERROR
    assert found.fault is not None
    assert (found.fault.where, found.fault.what) == (
        Position("comment", 3, 1),
        "there are 2 commands in one comment",
    )


def test_a_command_that_a_prompt_shows_is_part_of_the_prompt() -> None:
    found = parse("/route opus document this:\n\n```\n/route help\n```", WORDS)
    assert found == Command(activity=RUN, target=Target(model="opus"), prompt="document this:\n\n```\n/route help\n```")


prompts = st.text(max_size=300).filter(lambda text: text.strip(f"{SEPARATORS}\r\n") == text and "/route" not in text)


@given(prompts)
def test_a_prompt_survives_to_the_byte(prompt: str) -> None:
    for head in ("/route opus -- ", "/route opus --\n", "/route -- ", "/route\n\n"):
        found = parse(head + prompt, WORDS)
        assert (found.activity, found.prompt) == (RUN, prompt)


@given(st.lists(st.sampled_from([*"ab= \t\n　１", "opus", "tier=", "budget=", "--", "help", "approve", "experiment"])))
def test_any_command_is_understood_or_told_where_not(parts: list[str]) -> None:
    found = parse("/route " + "".join(parts), WORDS)
    assert found.activity != Activity.NOTHING
    assert (found.activity == Activity.ERROR) is (found.fault is not None)
    assert found.budget_usd is None or found.budget_usd <= Decimal(2)
    assert found.fault is None or (found.fault.what and found.fault.where and found.fault.hint)
    assert set(found.as_json()) - {"error"} == {"activity", "target", "options", "prompt"}
