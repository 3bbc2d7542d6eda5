"""Where the Codex CLI is.

npm's package ``@openai/codex`` holds a small program in JavaScript, and a package for each platform the real one; only
that is started, so Node is not needed. It weighs 290 MB, 404 MB with what comes with it, which is why neither our wheel
nor our image brings it: docs/decisions/0036-agents.md.
"""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from gha_router.errors import AgentError

VERSION = "0.169.0"  # what is tried here; `npm` beside this file has its lock
VARIABLE = "GHA_ROUTER_CODEX"  # the program, or the folder that npm installed into
PLACES = (Path("/opt/codex"),)  # where an image may have it
VERSION_S = 60.0  # its program has 300 MB, and is read from a cold disk the first time
# As npm calls a platform's package, and as the folder in it is called.
_PLATFORMS = {
    "x86_64": ("codex-linux-x64", "x86_64-unknown-linux-musl"),
    "aarch64": ("codex-linux-arm64", "aarch64-unknown-linux-musl"),
}


def find(environ: Mapping[str, str]) -> Path:
    """Return the program: where ``GHA_ROUTER_CODEX`` says, else in ``/opt/codex``, else on the ``PATH``.

    Raises ``AgentError`` where there is none.
    """
    said = environ.get(VARIABLE)
    if said:
        found = next(_in(Path(said)), None)
        if found is None:
            raise AgentError(f"{VARIABLE} names {said}, where there is no Codex CLI", hint=_hint())
        return found
    on_path = shutil.which("codex", path=environ.get("PATH"))
    places = (*PLACES, *((Path(on_path).resolve(),) if on_path else ()))
    found = next((program for place in places for program in _in(place)), None)
    if found is None:
        raise AgentError("`agent: codex`, and the Codex CLI is not installed", hint=_hint())
    return found


@lru_cache(maxsize=8)
def version_of(program: Path) -> str:
    """Return what a program calls its version. Raises ``AgentError`` for one that cannot be started."""
    try:
        ended = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=VERSION_S, check=True, env={"HOME": "/"}
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise AgentError(f"the Codex CLI {program} cannot be started: {error}", hint=_hint()) from None
    found = re.search(r"\d+\.\d+\.\d+\S*", ended.stdout)
    return found[0] if found else "unknown"


def _in(place: Path) -> Iterator[Path]:
    """Yield the programs that a place is or holds: the real one, or npm's folder at any height.

    Above it only as long as it is npm's: what lies beside a folder that was named may be anybody's, as in ``/tmp``.
    """
    package, triple = _PLATFORMS.get(platform.machine(), ("", ""))
    if place.is_file() and place.suffix != ".js":
        yield place
        return
    inside = Path(package, "vendor", triple, "bin", "codex")
    npms = (above for above in place.parents if "node_modules" in above.parts)
    for above in (place / "node_modules" / "x", *(above / "x" for above in (place, *npms))):
        for folder in (above.parent, above.parent / "@openai", above.parent / "node_modules" / "@openai"):
            if package and (folder / inside).is_file():
                yield folder / inside
                return


def _hint() -> str:
    return (
        f"Install it with npm, `npm install --prefix /opt/codex @openai/codex@{VERSION}`, or say in {VARIABLE} where "
        "it is. For a workflow see docs/agents.md."
    )


def own() -> Path:
    """Return the program for this process. Raises ``AgentError``."""
    return find(os.environ)
