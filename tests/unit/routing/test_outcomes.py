import json
from pathlib import Path

import pytest

from gha_router.errors import UsageError
from gha_router.routing.outcomes import Outcomes, read_outcomes, read_prompts

OURS = "task_id,model,resolved,cost_usd,api_calls,wall_s,epoch\n"


def read(tmp_path: Path, text: str, name: str = "outcomes.csv") -> Outcomes:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return read_outcomes(file)


def test_epochs_of_a_task_are_averaged_and_an_unknown_cost_is_not_zero(tmp_path: Path) -> None:
    outcomes = read(tmp_path, OURS + "a,opus,1,0.5,3,1,1\na,opus,0,,3,1,2\na,haiku,0,,1,1,1\n")
    assert outcomes.models == ("opus", "haiku")
    assert outcomes.cells["a"]["opus"].quality == 0.5
    assert outcomes.cells["a"]["opus"].cost == 0.5
    assert outcomes.cells["a"]["haiku"].cost is None


def test_instance_id_score_and_dimension_are_read_too(tmp_path: Path) -> None:
    outcomes = read(tmp_path, "instance_id,dimension,model,score\nx__y-1,bugs,a,0.25\nx__y-1,bugs,b,1\n")
    assert outcomes.cells["x__y-1"]["a"].quality == 0.25
    assert outcomes.types == {"x__y-1": "bugs"}
    assert outcomes.group_of("x__y-1") == "x"


def test_labels_of_both_roles_in_one_line(tmp_path: Path) -> None:
    line = json.dumps({"prompt": "two\u2028lines", "group": "law", "weak": 0, "strong": 1}, ensure_ascii=False)
    outcomes = read(tmp_path, f"{line}\n{line}\n", "qa.jsonl")
    assert outcomes.models == ("weak", "strong")
    assert outcomes.texts == {"line-1": "two\u2028lines", "line-2": "two\u2028lines"}
    outcomes.rename({"strong": "opus"})
    assert outcomes.cells["line-1"]["opus"].quality == 1


def test_a_name_that_was_guarded_against_spreadsheets_is_itself_again(tmp_path: Path) -> None:
    assert "=a" in read(tmp_path, OURS + "'=a,m,1,,,,\n'=a,n,1,,,,\n").cells


def test_prompts_are_joined_by_id(tmp_path: Path) -> None:
    outcomes = read(tmp_path, OURS + "a,m,1,,,,\na,n,1,,,,\n")
    prompts = tmp_path / "prompts.jsonl"
    prompts.write_text('{"instance_id": "a", "repo": "x/y", "problem_statement": "do"}\n{"id": "z", "text": "t"}')
    read_prompts(prompts, outcomes)
    assert outcomes.texts == {"a": "do"}
    assert outcomes.groups == {"a": "x/y"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("task_id,model\na,b\n", ":1: no column `resolved` or `score`"),
        ("model,resolved\na,1\n", ":1: no column `task_id` or `instance_id` or `id`"),
        (OURS, "there is no outcome in it"),
        (OURS + "a,m,yes,,,,\n", ":2: `resolved` is no number: 'yes'"),
        (OURS + "a,m,nan,,,,\n", ":2: `resolved` is no number"),
        (OURS + "a,m,2,,,,\n", ":2: `resolved` is 2"),
        (OURS + "a,m,1,-1,,,\n", ":2: `cost_usd` is -1"),
        (OURS + "a,m,1,cheap,,,\n", ":2: `cost_usd` is no number: 'cheap'"),
        (OURS + "a,m,1,,,,\na,m,1\n", ":3: the line has not 7 fields"),
        (OURS + "a,m,1,,,,\nb,m,1,,,,\n", "all outcomes are of one model, `m`"),
        (OURS + ",m,1,,,,\n", ":2: the line does not name a task"),
        ('{"task_id": "a"\n', ":1: not JSON"),
        ('{"task_id": "a", "model": "m", "resolved": 1}\n[1]\n', ":2: the line is no JSON object"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        read(tmp_path, text)
    assert said in str(raised.value)


def test_an_unknown_model_is_told_with_the_nearest(tmp_path: Path) -> None:
    outcomes = read(tmp_path, OURS + "a,opus,1,,,,\na,haiku,1,,,,\n")
    with pytest.raises(UsageError, match="Did you mean `opus`"):
        outcomes.need("opsu")


def test_prompts_of_other_tasks_are_refused(tmp_path: Path) -> None:
    outcomes = read(tmp_path, OURS + "a,m,1,,,,\na,n,1,,,,\n")
    prompts = tmp_path / "prompts.jsonl"
    prompts.write_text('{"id": "b", "text": "t"}')
    with pytest.raises(UsageError, match="none of its tasks"):
        read_prompts(prompts, outcomes)


def test_a_quoted_prompt_keeps_its_line_ends(tmp_path: Path) -> None:
    text = "one\ntwo\u2028three\x0cfour"
    outcomes = read(tmp_path, f'task_id,model,resolved,prompt\na,m,1,"{text}"\na,n,0,"{text}"\n')
    assert outcomes.texts == {"a": text}


def test_true_and_false_are_read_as_other_programs_write_them(tmp_path: Path) -> None:
    outcomes = read(tmp_path, "task_id,model,resolved\r\na,m,True\r\na,n,false\r\n")
    assert (outcomes.cells["a"]["m"].quality, outcomes.cells["a"]["n"].quality) == (1, 0)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("o.csv", 'task_id,model,resolved\na,"m\n::error::x",1\n', "a name holds control characters: 'm"),
        ("o.csv", "task_id,model,resolved\na,m\x1b[31m,1\n", "o.csv:2: a name holds control characters"),
        ("o.csv", "task_id,model,score,dimension\na,m,1,x\x1b[2J\n", "o.csv:2: a name holds control characters"),
        ("o.csv", "task_id,model,resolved,resolved\na,m,1,0\n", "o.csv:1: there are two columns `resolved`"),
        ("o.jsonl", f'{{"id": "a", "weak": 1{"0" * 400}, "strong": 1}}\n', "o.jsonl:1: `resolved` is no number"),
        ("o.jsonl", '{"id": ' + "[" * 100_000, "o.jsonl:1: not JSON"),
    ],
    ids=["log command", "escape", "escape in a type", "column twice", "huge number", "deep JSON"],
)
def test_odd_files_are_refused_with_their_line(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        read(tmp_path, text, name)
    assert said in str(raised.value)
