"""Which paths are sealed and how; and the digest that names what checks rest on."""

import yaml

from gha_router.checks import CATALOGUE, parse
from gha_router.checks.seal import EXECUTABLE, FILE, Act, Scope, Seal, SealedFile, digest_of, scope_of
from tests.unit.checks.world import HERE

ONE = {"a": SealedFile(content=b"1"), "b": SealedFile(content=b"2")}


def act(scope: Scope, path: str, *, base: bytes | None, now: bytes | None) -> Act:
    files = {} if base is None else {path: SealedFile(content=base)}
    seal = Seal(origin="here", digest="", scope=scope, files=files)
    return seal.act(path, None if now is None else SealedFile(content=now))


def test_a_rule_says_whose_version_counts() -> None:
    scope = Scope(seal=("data/**",), trust=("trusted/**",), places=("",), steering=True, shadows=True)
    for path, base, now, expected in (
        ("data/a", b"1", b"2", Act.PUT),
        ("data/a", b"1", None, Act.PUT),
        ("data/a", None, b"2", Act.REMOVE),
        ("data/a", b"1", b"1", Act.KEEP),
        ("app.py", b"1", b"2", Act.KEEP),
        ("conftest.py", None, b"2", Act.REMOVE),
        ("trusted/conftest.py", None, b"2", Act.KEEP),
        ("tests/test_a.py", b"1", b"2", Act.PUT),
        ("tests/test_a.py", None, b"2", Act.KEEP),
        ("pytest.py", None, b"2", Act.REMOVE),
        ("pytest.py", b"1", b"2", Act.KEEP),
        ("json.py", None, b"2", Act.REMOVE),
        ("src/json.py", None, b"2", Act.KEEP),
        ("Makefile", None, b"2", Act.KEEP),
        ("Makefile", b"1", b"2", Act.PUT),
        ("package.json", b'{"scripts": {"test": "x"}}', b'{"scripts": {"test": "y"}}', Act.PUT),
        ("package.json", b'{"scripts": {"test": "x"}}', b'{"scripts": {"test": "x"}, "private": true}', Act.KEEP),
        ("package.json", b"{}", b"{broken", Act.PUT),
        ("pyproject.toml", b"[project]\n", b"[tool.pytest]\nx = 1\n", Act.PUT),
        ("pyproject.toml", b"[project]\n", b"[project]\nname = 'x'\n", Act.KEEP),
        ("pyproject.toml", None, b"[tool.ruff]\n", Act.KEEP),
        ("tox.ini", None, b"[tox]\n", Act.KEEP),
        ("tox.ini", b"[pytest]\n", None, Act.PUT),
        ("node_modules/x/package.json", b"{}", b'{"scripts": {}}', Act.KEEP),
        ("a/__pycache__/x.pyc", None, b"2", Act.REMOVE),
        (".venv/lib/site-packages/x.pth", None, b"2", Act.REMOVE),
    ):
        assert act(scope, path, base=base, now=now) is expected, (path, base, now)


def test_only_checks_that_run_something_need_the_tests_and_what_steers_them() -> None:
    files, command = parse({"exists": "a"}, HERE), parse({"command": "python -m pytest tests/"}, HERE)
    assert scope_of([files], seal=None, trust=()) == Scope()
    assert scope_of([command], seal=None, trust=()) == Scope(places=("tests",), steering=True, shadows=True)
    assert scope_of([command], seal=(), trust=()) == Scope(steering=True, shadows=True)


def test_a_mode_is_part_of_a_sealed_file() -> None:
    seal = Seal(origin="", digest="", scope=Scope(seal=("a",)), files={"a": SealedFile(content=b"1", mode=FILE)})
    assert seal.act("a", SealedFile(content=b"1", mode=EXECUTABLE)) is Act.PUT


def test_the_digest_is_the_same_for_the_same_and_another_for_any_change() -> None:
    checks = [parse(yaml.safe_load(kind.example), HERE) for kind in CATALOGUE.values()]
    again = [parse(yaml.safe_load(kind.example), HERE) for kind in CATALOGUE.values()]
    digest = digest_of([checks, []], ONE)
    assert digest_of([again, []], dict(reversed(ONE.items()))) == digest
    assert " at 0x" not in repr(checks)
    others = (
        digest_of([checks[:-1], []], ONE),
        digest_of([checks, ["claim"]], ONE),
        digest_of([checks, []], {**ONE, "a": SealedFile(content=b"2")}),
        digest_of([checks, []], {**ONE, "a": SealedFile(content=b"1", mode=EXECUTABLE)}),
        digest_of([checks, []], {"a": ONE["a"], "c": ONE["b"]}),
        digest_of([checks, []], {"a": ONE["a"]}, {"b": ONE["b"]}),
    )
    assert len({digest, *others}) == len(others) + 1


def test_who_is_trusted_is_taken_at_the_word() -> None:
    scope = Scope(seal=("data/**", "run.sh"), trust=("conftest.py", "data/new"), steering=True)
    for path, trusted in (
        ("conftest.py", True),
        ("tests/conftest.py", False),
        ("Conftest.py", False),
        ("data/new", True),
        ("DATA/new", False),
        ("deep/run.sh", False),
    ):
        assert (scope.rule_of(path) is None) is trusted, path
