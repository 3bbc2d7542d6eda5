"""What a release writes and checks: versions that agree, the image's digest in action.yml, the list of what is in it.

python scripts/release.py check 0.1.0
python scripts/release.py image ghcr.io/org/gha-router@sha256:... [action.yml]
python scripts/release.py sbom sbom.cdx.json
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = "requirements-runtime.lock"
IMAGE = re.compile(r"(?m)^(?P<key>  image: )\S+.*$")
BY_DIGEST = re.compile(r"[a-z0-9.:-]+(?:/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}")


def versions(root: Path) -> dict[str, str]:
    """Return the version that each file states."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    label = re.search(r'image\.version="([^"]+)"', (root / "Dockerfile").read_text(encoding="utf-8"))
    return {"pyproject.toml": project, "Dockerfile": label[1] if label else ""}


def disagreeing(root: Path, version: str) -> list[str]:
    """Return, for people, which files state another version than this one."""
    return [
        f"{file} has {found or 'none'}, not {version}" for file, found in versions(root).items() if found != version
    ]


def with_image(action: str, image: str) -> str:
    """Return an action.yml that runs a published image, by its digest. Raises ``ValueError``."""
    if not BY_DIGEST.fullmatch(image):
        raise ValueError(f"{image} does not name an image by its digest: registry/name@sha256:...")
    written, count = IMAGE.subn(rf"\g<key>docker://{image}", action)
    if count != 1:
        raise ValueError(f"action.yml has {count} lines `image:`, and should have one")
    return written


def sbom(root: Path, out: Path) -> int:
    """Write the image's Python packages as CycloneDX, from the lock that the image is installed from; return how many.

    A test holds the image and that lock together. Debian's packages are not in it: the provenance names the base image.
    """
    program = Path(sys.executable).with_name("cyclonedx-py")
    command = (program, "requirements", LOCK, "--pyproject", "pyproject.toml", "--output-reproducible", "--of", "JSON")
    ended = subprocess.run((*map(str, command), "-o", str(out.resolve())), cwd=root, check=False)
    if ended.returncode != 0:
        raise ValueError(f"cyclonedx-py ended with {ended.returncode}")
    components = json.loads(out.read_text(encoding="utf-8"))["components"]
    pinned = re.findall(r"(?m)^[a-z0-9._-]+==", (root / LOCK).read_text(encoding="utf-8"))
    if len(components) != len(pinned):
        raise ValueError(f"{len(components)} components for {len(pinned)} pinned packages")
    return len(components)


def main(argv: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    match argv:
        case ["check", version]:
            wrong = disagreeing(ROOT, version)
            print("\n".join(wrong) or f"everything says {version}")
            return 1 if wrong else 0
        case ["image", image, *file]:
            action = Path(*file) if file else ROOT / "action.yml"
            action.write_text(with_image(action.read_text(encoding="utf-8"), image), encoding="utf-8")
        case ["sbom", out]:
            print(f"{sbom(ROOT, Path(out))} packages in {out}")
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ValueError as error:
        sys.exit(f"release: {error}")
