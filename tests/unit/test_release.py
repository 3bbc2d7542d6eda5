"""What a release writes: see scripts/release.py."""

import importlib.util
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("release", ROOT / "scripts" / "release.py")
assert SPEC is not None
assert SPEC.loader is not None
release = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(release)
DIGEST = f"sha256:{'0a' * 32}"


def test_the_images_digest_is_written_into_the_action() -> None:
    action = (ROOT / "action.yml").read_text(encoding="utf-8")
    written = release.with_image(action, f"ghcr.io/org/gha-router@{DIGEST}")
    runs = {"using": "docker", "image": f"docker://ghcr.io/org/gha-router@{DIGEST}"}
    assert yaml.safe_load(written) == yaml.safe_load(action) | {"runs": runs}
    assert release.with_image(written, f"ghcr.io/org/gha-router@{DIGEST}") == written


@pytest.mark.parametrize("image", ["ghcr.io/org/gha-router:v1", "gha-router", f"ghcr.io/org/gha-router@{DIGEST[:-1]}"])
def test_an_image_that_could_be_moved_is_refused(image: str) -> None:
    with pytest.raises(ValueError, match="does not name an image by its digest"):
        release.with_image("runs:\n  image: Dockerfile\n", image)


def test_an_action_without_an_image_is_refused() -> None:
    with pytest.raises(ValueError, match="0 lines"):
        release.with_image("runs: {}\n", f"ghcr.io/org/gha-router@{DIGEST}")


def test_everything_says_one_version(tmp_path: Path) -> None:
    (version,) = set(release.versions(ROOT).values())
    assert release.disagreeing(ROOT, version) == []
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "Dockerfile").write_text("FROM x\n")
    assert release.disagreeing(tmp_path, "1.2.3") == ["Dockerfile has none, not 1.2.3"]
