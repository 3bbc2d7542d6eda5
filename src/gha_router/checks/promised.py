"""Which tests a sealed file holds, read from its text: nothing of it is run.

Code under test runs in the process that collects and reports the tests, and can take some of them away.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence

from gha_router.checks.junit import Ran
from gha_router.checks.steering import is_test


def promised(sealed: Mapping[str, bytes], tests: Sequence[Ran]) -> Iterator[str]:
    """Yield the tests of sealed files that are not among ``tests``, of files of which others are.

    A file none of whose tests ran may be none that this run was to collect.
    """
    seen = {test.id.partition("[")[0] for test in tests}
    for path in sorted(sealed):
        module = path.removesuffix(".py").replace("/", ".")
        if path.endswith(".py") and is_test(path) and any(name.startswith(f"{module}.") for name in seen):
            yield from (
                f"{path}::{name.replace('.', '::')}" for name in _named(sealed[path]) if f"{module}.{name}" not in seen
            )


def _named(source: bytes) -> Iterator[str]:
    """Yield the functions and methods that pytest takes for tests whatever else happens (its default names)."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return
    yield from _functions(body)
    for node in body:
        match node:
            case ast.ClassDef(name=name, bases=[]) if name.startswith("Test") and not _odd(node):
                yield from (f"{name}.{method}" for method in _functions(node.body))


def _functions(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the names of tests. A decorator that is no mark may make anything of a function: a fixture, say."""
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if name.startswith("test_"):
                if all(ast.unparse(mark).startswith("pytest.mark.") for mark in node.decorator_list):
                    yield name


def _odd(node: ast.ClassDef) -> bool:
    """Return whether a class says itself that it is none of tests, or cannot be: pytest makes no such object."""
    names = {one.name for one in node.body if isinstance(one, ast.FunctionDef)}
    targets = {getattr(name, "id", "") for one in node.body if isinstance(one, ast.Assign) for name in one.targets}
    return bool({"__init__", "__new__"} & names or "__test__" in targets)
