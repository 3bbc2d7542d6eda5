"""A small file that would ask for all memory there is, is not read."""

import time

import pytest

from gha_router.checks.loading import toml_of, yaml_of
from gha_router.checks.steering import steering_of

MERGES = "a0: &a0 {k: 1}\n" + "".join(f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
DOTTED = "a" + ".a" * 50_000 + " = 1"


def test_merge_keys_that_multiply_are_not_followed() -> None:
    began = time.process_time()
    with pytest.raises(ValueError, match="merge keys"):
        yaml_of(MERGES)
    assert time.process_time() - began < 10


def test_merge_keys_of_people_are() -> None:
    assert yaml_of("base: &b {a: 1, b: 2}\nx: {<<: *b, b: 3}")["x"] == {"a": 1, "b": 3}


def test_a_long_number_in_base_60_is_not_worked_out() -> None:
    with pytest.raises(ValueError, match="base 60"):
        yaml_of("a: 1" + ":1" * 100_000)
    assert yaml_of("a: 1:30\nb: 1:30.5") == {"a": 90, "b": 90.5}


@pytest.mark.parametrize("text", [DOTTED, f"[{DOTTED[:-4]}]", 'x = {"\\"a"' + ' . "\\"b"' * 200 + " = 1}"])
def test_a_key_of_a_thousand_parts_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="parts"):
        toml_of(text)


def test_what_steers_is_not_read_either_and_counts_as_a_whole() -> None:
    steering = steering_of("pyproject.toml")
    assert steering is not None
    assert steering.part is not None
    assert steering.part(DOTTED.encode()) == DOTTED.encode()
