"""Answers of GitHub's API, recorded against the GitHub double of the end-to-end tests.

To record them anew::

    node double.mjs 7 "$(printf '9f%.0s' $(seq 20))" "$(printf '1a%.0s' $(seq 20))"    # prints its address
    GITHUB_DOUBLE=http://127.0.0.1:PORT pytest -p no:randomly tests/integration/github --record-mode=rewrite
"""

import os
from typing import Any

import pytest
import yaml
from vcr import VCR  # type: ignore[import-untyped]  # it ships no types
from vcr.request import Request  # type: ignore[import-untyped]

GITHUB = "https://api.github.com"
DOUBLE = os.environ.get("GITHUB_DOUBLE")
HEADER = """\
# Recorded against the GitHub double (tests/e2e/containers/double), not against GitHub: the bodies are GitHub's own
# examples of these answers, or what the double keeps. Tokens are left out, the address is written as GitHub's.
"""


def as_github(request: Request) -> Request:
    if DOUBLE:
        request.uri = request.uri.replace(DOUBLE, GITHUB)
        request.headers.pop("host", None)
        if request.body:
            request.body = request.body.replace(DOUBLE.encode(), GITHUB.encode())
    return request


def as_github_says(response: dict[str, Any]) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in response["headers"].items()}
    response["headers"] = {"Content-Type": headers.get("content-type", ["application/json"])}
    if "link" in headers:  # where the next page is
        response["headers"]["Link"] = [link.replace(DOUBLE or GITHUB, GITHUB) for link in headers["link"]]
    if DOUBLE:
        said = response["body"]["string"]
        as_bytes = isinstance(said, bytes)
        text = (said.decode() if as_bytes else said).replace(DOUBLE, GITHUB)
        response["body"]["string"] = text.encode() if as_bytes else text
    return response


class Commented:
    """YAML under a header that says where it comes from."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        return HEADER + yaml.safe_dump(cassette, width=118)

    @staticmethod
    def deserialize(text: str) -> Any:
        return yaml.safe_load(text)


def pytest_recording_configure(config: pytest.Config, vcr: VCR) -> None:  # noqa: ARG001  the hook's form
    vcr.register_serializer("yaml", Commented)


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    return {
        "filter_headers": ["authorization", "user-agent"],
        "before_record_request": as_github,
        "before_record_response": as_github_says,
        "decode_compressed_response": True,
    }


@pytest.fixture
def github() -> str:
    """The address of GitHub's API: the double's while answers are recorded."""
    return DOUBLE or GITHUB
