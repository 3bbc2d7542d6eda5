"""Patterns that could name nothing are refused where they are written: a seal that holds nothing looks like one."""

import pytest

from gha_router.config import parse
from gha_router.errors import ConfigError


@pytest.mark.parametrize("key", ["seal", "trust"])
@pytest.mark.parametrize("pattern", ["/tests/**", "./tests", "../tests", "tests/**.py"])
def test_a_pattern_that_names_nothing_is_refused(key: str, pattern: str) -> None:
    with pytest.raises(ConfigError, match=r"inside the workspace|beside other characters"):
        parse(f"version: 1\n{key}: ['{pattern}']\n", name="gha-router.yml", env={})
