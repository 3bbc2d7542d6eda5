"""Prompts and conditions: what they may speak of, what is told of a mistake, and that data stays data."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.config import Written, parse
from gha_router.errors import ConfigError, Position
from gha_router.pipeline.template import Names, condition_of, prompt_of
from gha_router.pipeline.whole import check_whole
from tests.golden import check_golden

NAMES = Names(inputs=("score", "said"), steps=("gather", "my-step"), structured=("gather",))
VALUES: dict[str, Any] = {
    "inputs": {"score": 7, "said": "hello"},
    "steps": {
        "gather": {"verdict": "verified", "text": "found", "structured": {"best": "alpha", "items": [1, 2]}},
        "my-step": {"verdict": "failed", "text": "", "structured": None},
    },
}
HEAD = """\
models: {a: sim/honest}
steps:
  - {id: gather, prompt: Gather, model: a}
  - {id: rank, prompt: Rank, model: a, output_schema: {type: object}}
"""
STEP = HEAD + "  - id: write\n    model: a\n    inputs: {notes: gather}\n"

MISTAKES = {
    "unknown_name": STEP + "    prompt: |\n      Write it.\n\n      These are the notes: {{ nots }}\n",
    "unknown_input": STEP + "    prompt: |\n      Write.\n      {{ inputs.note }}\n",
    "unknown_step": STEP + "    prompt: Was it {{ steps.gathr.verdict }}?\n",
    "unknown_word_of_a_step": STEP + "    prompt: Was it {{ steps.gather.verdikt }}?\n",
    "step_without_a_schema": STEP + "    prompt: The best is {{ steps.gather.structured.best }}\n",
    "unknown_filter": STEP + "    prompt: |\n      Write.\n      {{ inputs.notes | uper }}\n",
    "open_braces": STEP + "    prompt: |\n      Write.\n      {{ inputs.notes\n",
    "braces_that_are_meant": STEP + "    prompt: |\n      Write a template.\n      Hello {{ name }}!\n",
    "another_template": STEP + "    prompt: |\n      Write.\n      {% include 'x' %}\n",
    "variable_in_braces": STEP + "    prompt: \"{{ inputs.notes ~ '${NAME}' }}\"\n",
    "folded_prompt": STEP + "    prompt: >\n      Write.\n\n      {{ nots }}\n",
    "function_that_is_none": STEP + "    prompt: Write {{ range(5) }}\n",
    "condition_of_nobody": STEP + "    prompt: Write\n    when: steps.gather.verdict == 'verified' and score > 5\n",
    "condition_in_braces": STEP + "    prompt: Write\n    when: '{{ inputs.notes }}'\n",
    "condition_in_two_parts": STEP + "    prompt: Write\n    when: 'true }} {{ false'\n",
    "condition_with_a_variable": STEP + "    prompt: Write\n    when: inputs.notes == '${NAME}'\n",
    "condition_that_ends_early": STEP + "    prompt: Write\n    when: inputs.notes ==\n",
    "input_of_no_answer": STEP.replace("notes: gather", "notes: {from: gather, structured: a}") + "    prompt: Write\n",
    "input_of_a_broken_path": STEP.replace("notes: gather", "notes: {from: rank, structured: 'a..b'}")
    + "    prompt: Write\n",
    "input_file_outside": STEP.replace("notes: gather", "notes: {from: gather, file: ../x}") + "    prompt: Write\n",
    "schema_that_is_none": STEP + "    prompt: Write\n    output_schema:\n      type: object\n      required: name\n",
    "schema_of_a_list": STEP + "    prompt: Write\n    output_schema: {type: array}\n",
    "schema_from_elsewhere": STEP
    + "    prompt: Write\n    output_schema:\n      type: object\n      properties: {a: {$ref: 'https://x/y.json'}}\n",
}


def written(text: str, **values: str) -> Written:
    return Written(text=text, where=Position("c.yml", 3, 5), values=values)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_line_before_anything_is_run(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_whole(parse(MISTAKES[name], name="gha-router.yml", env={"NAME": "x"}))
    assert caught.value.where is not None
    assert caught.value.where.line is not None
    check_golden(f"templates/{name}.txt", f"{caught.value}\n")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("{{ inputs.score + 1 }}", "8"),
        ("{{ inputs['said'] | upper }}!", "HELLO!"),
        ("{{ steps['my-step'].verdict }}", "failed"),
        ("{{ steps.gather.structured.best }}", "alpha"),
        ("{{ steps.gather.structured.items }}", "[\n 1,\n 2\n]"),  # an entry, not a mapping's method
        ("{{ [none, true, 1.5] }}", "[\n null,\n true,\n 1.5\n]"),
        ("{% for one in steps.gather.structured['items'] %}\n- {{ one }}\n{% endfor %}\n", "- 1\n- 2\n"),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("{# nobody reads this #}x\n", "x\n"),
        ("<b> & {{ '<i>' }}", "<b> & <i>"),
    ],
)
def test_a_prompt_is_filled_in(text: str, made: str) -> None:
    assert prompt_of(written(text), NAMES)(VALUES) == made


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("inputs.score > 5", True),
        ("inputs.score > 5 and steps['my-step'].verdict == 'verified'", False),
        ("steps.gather.verdict in ['verified', 'skipped']", True),
        ("steps.gather.structured.items | length == 2", True),
        ("not inputs.said", False),
        ("inputs.score\n  > 5", True),
    ],
)
def test_a_condition_holds_or_does_not(text: str, holds: bool) -> None:  # noqa: FBT001
    assert condition_of(written(text), NAMES)(VALUES) is holds


@given(st.text(max_size=40), st.sampled_from(["{{ inputs.said }}", "a {{ steps.gather.text }} b"]))
def test_what_a_step_made_is_never_read_as_a_template(data: str, text: str) -> None:
    values = {"inputs": {"said": data}, "steps": {"gather": {"verdict": "verified", "text": data, "structured": None}}}
    begin, _, end = text.partition("{{")
    assert prompt_of(written(text), NAMES)(values) == begin + data + end.partition("}}")[2]


@given(st.text(max_size=40))
def test_the_value_of_a_variable_is_never_read_as_a_template(value: str) -> None:
    template = prompt_of(written("${TITLE}: {{ inputs.said }} {% raw %}${TITLE}{% endraw %} $${X}", TITLE=value), NAMES)
    assert template(VALUES) == f"{value}: hello {value} ${{X}}"


operands = st.sampled_from(["inputs.score", "steps.gather.verdict", "'verified'", "3", "inputs.said", "true"])
conditions = st.recursive(
    operands,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["==", "!=", "and", "or", "in"]), inner).map(" ".join),
        inner.map(lambda one: f"(not ({one}))"),
        inner.map(lambda one: f"({one})"),
    ),
    max_leaves=6,
)


@given(conditions)
def test_every_condition_of_known_names_is_read_and_decides_or_says_why(text: str) -> None:
    template = condition_of(written(text), NAMES)
    try:
        assert template(VALUES) in {True, False}
    except ConfigError as error:
        assert "cannot be worked out" in error.what  # noqa: PT017


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_one_error_with_a_place(text: str) -> None:
    try:
        condition_of(written(text), NAMES)
    except ConfigError as error:
        assert error.where is not None  # noqa: PT017


@given(st.text(alphabet="{}%#ainputs.|(' \n", max_size=30))
def test_any_text_is_a_prompt_or_one_error_with_a_place(text: str) -> None:
    try:
        prompt_of(written(text), NAMES)
    except ConfigError as error:
        assert error.where is not None  # noqa: PT017


@pytest.mark.parametrize(
    "text",
    [
        "{{ inputs.said.__class__.__mro__ }}",
        "{{ inputs.__init__.__globals__ }}",
        "{{ ''.format.__globals__ }}",
        "{{ inputs.said.missing }}",
        "{{ steps.gather.structured.worst }}",
        "{{ inputs.score + 'x' }}",
        "{{ 'x' * 2000000 }}",
        "{{ 1 / 0 }}",
    ],
)
def test_what_only_shows_while_it_runs_is_an_error_with_a_place(text: str) -> None:
    names = Names(inputs=(*NAMES.inputs, "__init__"), steps=NAMES.steps, structured=NAMES.structured)
    template = prompt_of(written(text), names)
    with pytest.raises(ConfigError) as caught:
        template(VALUES)
    assert caught.value.where == Position("c.yml", 3, 5)
