"""A policy that reads with MiniLM, from calibrating to a decision, and the fetching of its files."""

import functools
import hashlib
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gha_router.cli.hub import MODEL, REVISION, fetch
from gha_router.errors import InfrastructureError
from gha_router.routing.learned.minilm import FILES, digest_of
from tests.command import gha_router
from tests.encoder import write_encoder
from tests.history import lines, write

MODELS = ("--strong", "opus", "--weak", "mini")
CONFIG = "models: {opus: sim/opus, mini: sim/tiny}\ndefault: mini\nlearned: {policy: p.yml, encoder_folder: ENCODER}\n"
HARD = "prove the invariant holds please today module again soon file today module"


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("minilm")
    write_encoder(folder / "encoder")
    history = write(folder / "h.jsonl", lines())
    done = gha_router(
        *("calibrate", history, *MODELS, "--encoder", "minilm", "--encoder-folder", "encoder", "--out", "p.yml"),
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_the_policy_names_its_encoder_and_is_used_with_it_alone(learnt: Path) -> None:
    assert f"encoder:\n  name: minilm\n  sha256: {digest_of(learnt / 'encoder')}" in (learnt / "p.yml").read_text()
    scored = gha_router("replay", "h.jsonl", "--policy", "p.yml", "--encoder-folder", "encoder", cwd=learnt)
    assert (scored.returncode, "apgr: 0." in scored.stdout) == (0, True), scored.stderr
    without = gha_router("replay", "h.jsonl", "--policy", "p.yml", cwd=learnt)
    assert (without.returncode, "nothing says where that lies" in without.stderr) == (2, True)
    write_encoder(learnt / "other")
    (learnt / "other" / "config.json").write_text((learnt / "encoder" / "config.json").read_text() + " ")
    other = gha_router("replay", "h.jsonl", "--policy", "p.yml", "--encoder-folder", "other", cwd=learnt)
    assert (other.returncode, "another encoder" in other.stderr) == (2, True)


def test_a_configuration_says_where_it_lies(learnt: Path) -> None:
    (learnt / "c.yml").write_text(CONFIG.replace("ENCODER", str(learnt / "encoder")))
    ended = gha_router("route", HARD, "--config", "c.yml", cwd=learnt)
    assert ended.returncode == 0, ended.stderr
    assert "learned (" in ended.stdout
    assert "-> opus" in ended.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--encoder", "minlm"), "unknown encoder `minlm`"),
        (("--encoder", "minilm"), "--encoder minilm needs a folder"),
        (("--encoder-folder", "x"), "go with --encoder minilm"),
        (("--encoder", "minilm", "--encoder-folder", "none"), "cannot be read: No such file"),
    ],
)
def test_a_wrong_encoder_is_told(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    history = write(tmp_path / "h.jsonl", lines())
    ended = gha_router("calibrate", history, *MODELS, *words, "--out", tmp_path / "p.yml")
    assert (ended.returncode, said in ended.stderr) == (2, True), ended.stderr


@contextmanager
def hub(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_files_are_fetched_once_and_held_against_their_digests(tmp_path: Path) -> None:
    there = write_encoder(tmp_path / "hub" / MODEL / "resolve" / REVISION)
    digests = {name: hashlib.sha256((there / name).read_bytes()).hexdigest() for name in FILES}
    with hub(tmp_path / "hub") as url:
        fetch(tmp_path / "got", hub=url, digests=digests)
        assert digest_of(tmp_path / "got") == digest_of(there)
        with pytest.raises(InfrastructureError, match=r"config\.json from the hub is not the file"):
            fetch(tmp_path / "wrong", hub=url, digests={"config.json": "0" * 64})
        assert list((tmp_path / "wrong").iterdir()) == []
        with pytest.raises(InfrastructureError, match="HTTPStatusError"):
            fetch(tmp_path / "none", hub=url, digests={"no.json": "0"})
    fetch(tmp_path / "got", hub=url, digests=digests)  # nobody listens any more: all is there
    with pytest.raises(InfrastructureError, match="yourself"):
        fetch(tmp_path / "none", hub=url)
