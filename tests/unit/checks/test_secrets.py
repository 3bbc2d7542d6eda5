"""Keys are found by their issuers' prefixes, never printed, and nothing harmless is taken for one."""

import base64
import hashlib
import json
import os
import random
import string
import time
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.checks import parse
from gha_router.gateway.keys import new_key
from gha_router.keyshapes import SHAPES, keys_in
from gha_router.records import CheckStatus, ToolCall
from tests.unit.checks.world import HERE, STEADY, World, check

WORD = string.ascii_letters + string.digits
URL = WORD + "-_"
DICE = random.Random(7)  # noqa: S311 - made-up keys, the same in every run


def some(alphabet: str, length: int) -> str:
    return "".join(DICE.choice(alphabet) for _ in range(length))


def part(data: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


BASE32 = string.ascii_uppercase + "234567"
PEM = base64.encodebytes(bytes(DICE.randrange(256) for _ in range(200))).decode()
JWT = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part({'sub': '1234567890', 'iat': 1516239022})}.{some(URL, 43)}"
# Put together here, so that no scanner takes this file for a leak.
KEYS = {
    "own": new_key(),
    "anthropic": "sk-ant-" + "api03-" + some(URL, 93) + "AA",
    "oauth": "sk-ant-" + "oat01-" + some(URL, 86),
    "openrouter": "sk-or-" + "v1-" + some("0123456789abcdef", 64),
    "openai": "sk-" + "proj-" + some(URL, 120),
    "openai of old": "sk-" + some(WORD, 48),
    "deepseek": "sk-" + some("0123456789abcdef", 32),
    "github": "gh" + "p_" + some(WORD, 36),
    "github app": "gh" + "s_" + some(WORD, 36),
    "github fine": "github_" + "pat_" + some(WORD, 22) + "_" + some(WORD, 59),
    "gitlab": "glpat" + "-" + some(URL, 20),
    "aws": "AK" + "IA" + some(BASE32, 16),
    "aws secret": "aws_secret_access_key = " + some(WORD + "/+", 40),
    "google": "AI" + "za" + some(URL, 34) + "a",
    "google token": "ya29" + "." + some(URL, 80),
    "slack": "xo" + "xb-" + some(string.digits, 12) + "-" + some(string.digits, 13) + "-" + some(WORD, 24),
    "webhook": "https://hooks.slack.com/services/T" + some(BASE32, 8) + "/B" + some(BASE32, 8) + "/" + some(WORD, 24),
    "stripe": "sk_" + "live_" + some(WORD, 24),
    "npm": "npm" + "_" + some(WORD, 36),
    "pypi": "pypi" + "-AgEIcHlwaS5vcmcC" + some(URL, 80),
    "hugging face": "hf" + "_" + some(string.ascii_letters, 34),
    "groq": "gsk" + "_" + some(WORD, 52),
    "xai": "xai" + "-" + some(WORD, 80),
    "pem": "-----BEGIN RSA " + f"PRIVATE KEY-----\n{PEM}-----END RSA PRIVATE KEY-----",
    "pem of now": "-----BEGIN " + f"PRIVATE KEY-----\n{PEM}",
    "openssh": "-----BEGIN OPENSSH " + f"PRIVATE KEY-----\r\n{PEM}",
    "pem with heads": "-----BEGIN RSA " + f"PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,0A\n\n{PEM}",
    "pem in json": "-----BEGIN " + f"PRIVATE KEY-----\n{PEM}".replace("\n", "\\n"),
    "jwt": JWT,
}
EVERY_KEY = pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)


@EVERY_KEY
@pytest.mark.parametrize(
    "around", ["{}", "KEY={}\n", 'key: "{}",', "Bearer {}", '{{"a": "x\\n{}\\n"}}', "?a=1&k%3D{}&"]
)
def test_every_kind_of_key_is_found_wherever_it_stands(key: str, around: str) -> None:
    assert list(keys_in(around.format(key)))


@EVERY_KEY
def test_a_finding_tells_four_characters_at_most(tmp_path: Path, key: str) -> None:
    world = World(tmp_path)
    world.write("app.py", f"x = 1\nk = '{key}'\n")
    world.message = f"I used {key}."
    world.calls = (ToolCall(name="Bash", input={"command": ["curl", {"h": key}]}, output=key),)
    result = world.check({"secrets": "all"})

    assert result.status is CheckStatus.FAILED
    assert "app.py line 2" in result.found
    assert "in the message" in result.found
    assert "the input of tool call 1 (Bash)" in result.found
    secret = key.removeprefix("aws_secret_access_key = ").removeprefix("https://hooks.slack.com/services/")
    assert not any(secret[at : at + 8] in result.found for at in range(len(secret) - 8) if "PRIVATE" not in secret)
    assert PEM[:8] not in result.found


def test_every_shape_has_a_key_here() -> None:
    found = {one.what for key in KEYS.values() for one in keys_in(key)}
    assert {shape.what for shape in SHAPES} == found


HARMLESS = {
    "digest": hashlib.sha256(b"x").hexdigest(),
    "digest of npm": "sha512-" + base64.b64encode(hashlib.sha512(b"x").digest()).decode(),
    "uuid": str(uuid.UUID(int=DICE.getrandbits(128))),
    "commit": "a23c223f0d1e4c5b6a798877665544332211ffee",
    "picture": "data:image/png;base64," + base64.b64encode(bytes(DICE.randrange(256) for _ in range(9000))).decode(),
    "public key": "-----BEGIN PUBLIC KEY-----\n" + PEM,
    "certificate": "-----BEGIN CERTIFICATE-----\n" + PEM,
    "words on keys": "A file with -----BEGIN RSA PRIVATE KEY----- at its top is a key.\nNever commit it.",
    "placeholder": "sk-ant-api03-" + "x" * 80,
    "placeholder of dots": "ANTHROPIC_API_KEY=sk-ant-...",
    "placeholder of github": "ghp_" + "1234" * 9,
    "placeholder of digits": "sk-" + "1234567890" * 4,
    "amazon's own example": "AKIAIOSFODNN7EXAMPLE aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "variable": 'token = os.environ["GITHUB_TOKEN"]; key = "${{ secrets.ANTHROPIC_API_KEY }}"',
    "css": ".sk-folding-cube-and-some-more-long-names-of-classes-42 { color: red }",
    "word with a hyphen": "task-" + "abcdefghij0123456789abcdefghij0123",
    "hash behind sk": "disk-" + hashlib.sha256(b"y").hexdigest(),
    "dots": "eyJhbGciOi.eyJzdWIiOi.short",
    "no token": "eyJub3RoaW5nIjoxfQ." + "eyJub3RoaW5nIjoxfQ." + "c2lnbmF0dXJlc2lnbmF0dXJl",
    "test key": "sk_test_" + some(WORD, 24),
    "names": "ghp_token_of_the_repository_and_of_its_forks npm_config_registry hf_hub_download_of_all_that_there_is",
    "lock file": (Path(__file__).parents[3] / "requirements.lock").read_text(encoding="utf-8"),
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_nothing_harmless_is_taken_for_a_key(text: str) -> None:
    assert [(found.what, text[found.at : found.at + 40]) for found in keys_in(text)] == []


def test_this_repository_holds_none() -> None:
    root = Path(__file__).parents[3]
    for folder in ("src", "docs", "examples"):
        for file in (root / folder).rglob("*"):
            if file.suffix in {".py", ".md", ".yml", ".json"}:
                assert [found.what for found in keys_in(file.read_text(encoding="utf-8"))] == [], file


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "w").mkdir()
    return World(tmp_path / "w", {"old.env": KEYS["github"]})


def test_only_what_the_step_changed_is_searched(world: World) -> None:
    assert world.check({"secrets": "all"}).passed


def test_files_can_be_left_out_and_places_chosen(world: World) -> None:
    world.write("tests/keys.py", KEYS["aws"])
    world.message = KEYS["github"]

    assert world.check({"secrets": {"in": "files", "except": "tests/**"}}).passed
    assert world.check({"secrets": ["transcript"]}).passed
    assert not world.check({"secrets": {"in": ["files", "message"], "except": "tests/**"}}).passed


def test_a_structured_answer_is_searched_with_the_message(world: World) -> None:
    evidence = replace(world.evidence(), structured={"claims": [{"kind": KEYS["xai"]}]})
    assert check(parse({"secrets": "message"}, HERE), evidence).found == "an xAI key (xai-…) in the structured answer"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_two_bytes_a_character_hide_nothing(world: World, encoding: str) -> None:
    world.write("a.txt", KEYS["google"].encode(encoding))
    assert not world.check({"secrets": "files"}).passed


def test_a_key_in_the_name_of_a_file_is_found_and_not_told(world: World) -> None:
    world.write(KEYS["github"], "x")
    found = world.check({"secrets": "all"}).found
    assert found == "a GitHub token (ghp_…) in the name of a file"


def test_what_cannot_be_read_was_not_searched(world: World) -> None:
    evidence = world.evidence()
    os.mkfifo(world.root / "pipe")
    assert world.check({"secrets": "all"}).passed  # no file, and nothing that is carried back
    world.write("big", "x")
    with (world.root / "big").open("wb") as file:
        file.truncate(50_000_001)
    result = world.check({"secrets": "all"})
    assert (result.status, evidence.changes.written) == (CheckStatus.FAILED, ())
    assert result.found == "big: 50,000,001 bytes: not read, the limit is 50 MB"


def test_deep_input_of_a_tool_is_searched(world: World) -> None:
    deep: object = KEYS["groq"]
    for _ in range(5000):
        deep = {"a": [deep]}
    world.calls = (ToolCall(name="mcp__x", input={"deep": deep}),)
    assert "the input of tool call 1 (mcp__x)" in world.check({"secrets": "all"}).found


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.what)
def test_time_grows_with_the_text_alone(shape: object) -> None:
    for sign in shape.signs:  # type: ignore[attr-defined]
        for text in (
            sign * 40_000,
            f"{sign}a" * 40_000,
            f"{sign}a.{sign}" * 20_000,
            f"-----BEGIN {sign}-----\n\n" * 9_000,
        ):
            began = time.process_time()
            list(keys_in(text))
            assert time.process_time() - began < 3, sign


@STEADY
@given(st.text())
def test_any_text_is_searched(text: str) -> None:
    list(keys_in(text))
