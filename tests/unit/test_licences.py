"""The list of licences is that of what is pinned: see scripts/licences.py."""

import importlib.util
from email.message import Message
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("licences", ROOT / "scripts" / "licences.py")
assert SPEC is not None
assert SPEC.loader is not None
licences = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(licences)


def test_every_pinned_package_is_listed_with_its_licence() -> None:
    found = licences.page(licences.LOCK.read_text(encoding="utf-8"))
    assert licences.PAGE.read_text(encoding="utf-8") == found, "python scripts/licences.py writes it again"
    assert "see its files" not in found
    assert "|  |" not in found


def test_another_environment_than_the_locks_is_refused() -> None:
    with pytest.raises(SystemExit, match=r"is installed as .*, and pinned as 0\.0\.1"):
        licences.page("aiohttp==0.0.1 \\\n    --hash=sha256:00\n")
    with pytest.raises(SystemExit, match="no-such-package is not installed"):
        licences.page("no-such-package==1\n")
    assert "no-such-package" not in licences.page("no-such-package==1 ; sys_platform == 'win32' \\\n")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"License-Expression": "MIT", "License": "other"}, "MIT"),
        ({"Classifier": "License :: OSI Approved :: BSD License", "License": "BSD"}, "BSD License"),
        ({"Classifier": "License :: OSI Approved", "License": "BSD 3-Clause"}, "BSD 3-Clause"),
        ({"License": "x" * 41}, "see its files"),
        ({}, "see its files"),
    ],
)
def test_a_licence_is_what_the_package_says(fields: dict[str, str], expected: str) -> None:
    package = Message()
    for name, value in fields.items():
        package[name] = value
    assert licences.licence(package) == expected
