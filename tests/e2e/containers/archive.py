"""``python -m tests.e2e.containers.archive FILE``: builds the image, writes it into an archive, prints its digest."""

import fcntl
import sys
from pathlib import Path

from tests.e2e.containers import base, image, state
from tests.e2e.containers.engine import engine


def main(file: Path) -> None:
    """Build and save; the storage is ours alone meanwhile."""
    if why := state.why_no_containers():
        sys.exit(why)
    root = state.folder() / "podman"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        podman = engine(root)
        base.ensure_bases(podman)
        tag = image.build_ours(podman, state.REPOSITORY)
        podman.run("save", "--format", "docker-archive", "--output", file.resolve(), tag, timeout=image.BUILD_S)
        print(podman.inspect("image", tag)["Digest"])  # noqa: T201  what it is for


if __name__ == "__main__":
    main(Path(sys.argv[1]))
