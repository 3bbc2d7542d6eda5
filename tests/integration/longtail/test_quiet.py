"""The environment that LiteLLM is started in. What it connects to and prints is watched by ``make e2e``."""

import orjson

from gha_router.gateway.longtail import quiet

THEIRS = {  # a machine with keys and profiles of every kind
    "AZURE_API_KEY": "ambient-canary",
    "GEMINI_API_KEY": "ambient-canary",
    "AWS_ACCESS_KEY_ID": "ambient-canary",
    "AWS_SECRET_ACCESS_KEY": "ambient-canary",
    "AWS_BEARER_TOKEN_BEDROCK": "ambient-canary",
    "GOOGLE_APPLICATION_CREDENTIALS": "/ambient-canary.json",
    "LITELLM_LOG": "DEBUG",
    "AWS_PROFILE": "ambient-canary",
}


def test_the_workers_environment_is_written_out_and_holds_no_key() -> None:
    found = quiet.environment({"PATH": "/bin", "HOME": "/home/me", "HTTPS_PROXY": "http://proxy", **THEIRS})
    assert (found["PATH"], found["HTTPS_PROXY"]) == ("/bin", "http://proxy")
    assert "ambient-canary" not in orjson.dumps(found).decode()
    assert found["HOME"] != "/home/me"
