"""Patterns of paths in a workspace, and the paths that are protected: one grammar and one list for all rooms.

The grammar is that of ``paths`` in a GitHub workflow, where it is used most: ``*`` and ``?`` stand for anything but
``/``, ``[ab]`` for one of these, ``**`` between slashes for any number of folders. A pattern that names a folder also
speaks of what is in it: ``src`` and ``src/**`` allow the same files.
"""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

ANY = "**"

# Refused whenever files are carried back: what runs in CI is no agent's to change.
STEERING = (".github/**",)

# What package managers write for themselves. A change by hand pulls in whatever its author likes.
LOCK_FILES = (
    *("**/package-lock.json", "**/npm-shrinkwrap.json", "**/yarn.lock", "**/pnpm-lock.yaml", "**/bun.lock"),
    *("**/bun.lockb", "**/deno.lock"),
    *("**/poetry.lock", "**/uv.lock", "**/pdm.lock", "**/Pipfile.lock", "**/requirements*.lock", "**/pylock*.toml"),
    *("**/pixi.lock", "**/conda-lock.yml"),
    *("**/Cargo.lock", "**/go.sum", "**/go.work.sum", "**/Gemfile.lock", "**/composer.lock", "**/mix.lock"),
    *("**/pubspec.lock", "**/Podfile.lock", "**/Package.resolved", "**/Cartfile.resolved"),
    *("**/packages.lock.json", "**/paket.lock", "**/gradle.lockfile", "**/verification-metadata.xml"),
    *("**/stack.yaml.lock", "**/cabal.project.freeze", "**/Manifest.toml", "**/conan.lock", "**/flake.lock"),
    *("**/.terraform.lock.hcl", "**/Chart.lock", "**/MODULE.bazel.lock", "**/rebar.lock", "**/renv.lock"),
)

PROTECTED = (*STEERING, *LOCK_FILES)  # by default, for a check that asks for it


def mistake_in(pattern: str) -> str | None:
    """Return why a pattern is none, ``None`` when it is one."""
    parts = _parts(pattern)
    if not parts:
        return "is empty"
    if pattern.startswith("/") or any(part in {".", ".."} for part in parts):
        return "must be a path inside the workspace"
    if any(ANY in part and part != ANY for part in parts):
        return f"has `**` beside other characters; write `{pattern.replace(ANY, '**/*')}`"
    return "holds a character that no path has" if "\0" in pattern else None


def matches(pattern: str, path: str) -> bool:
    """Return whether a pattern speaks of a path: of itself, or of a folder above it. Time grows with both lengths.

    Upper and lower case are as written. ``x/**`` is what is in ``x``, not ``x`` itself.
    """
    parts = _parts(pattern)
    at = _entered({0}, parts)  # how much of the pattern has been used up, in all ways that there are
    for name in path.split("/"):
        at = _entered({place for here in at for place in _after(parts, here, name)}, parts)
        # A `**` at the end stands for one name or more.
        if any(place == len(parts) for place in at):
            return True
    return False


def guards(pattern: str, path: str) -> bool:
    """Return whether a pattern protects a path, in whatever case, as there are such file systems.

    ``x/**`` protects ``x`` itself too: a link in its place would replace all that is in it.
    """
    return matches(pattern.casefold().removesuffix("/**"), path.casefold())


def first_of(patterns: Iterable[str], path: str) -> str | None:
    """Return the first pattern that protects a path."""
    return next((pattern for pattern in patterns if guards(pattern, path)), None)


def _parts(pattern: str) -> list[str]:
    return [part for part in pattern.split("/") if part]


def _entered(at: set[int], parts: Sequence[str]) -> set[int]:
    """Return the places with those behind a ``**`` that stands for nothing; one at the end does not."""
    reached = set(at)
    for place in sorted(at):
        while place < len(parts) - 1 and parts[place] == ANY:
            place += 1  # noqa: PLW2901 - the walk goes on from there
            reached.add(place)
    return reached


def _after(parts: Sequence[str], place: int, name: str) -> tuple[int, ...]:
    """Return the places behind one name of the path."""
    if place == len(parts):
        return ()
    if parts[place] == ANY:
        return (place, place + 1) if place == len(parts) - 1 else (place,)
    return (place + 1,) if fnmatchcase(name, parts[place]) else ()
