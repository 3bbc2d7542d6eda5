"""What a configuration says of a cloud reaches the gateway's setup, and an incomplete one is refused."""

import pytest

from gha_router.config import Deployment, parse
from gha_router.errors import ConfigError
from gha_router.pipeline.setup import _upstream
from gha_router.pricing import Prices

TEXT = """\
providers:
  bedrock: {region: eu-central-1, credentials: {access_key_id: "${ID}", secret_access_key: "${SECRET}"}}
models: {a: bedrock/anthropic.claude-x}
"""


def test_a_clouds_settings_reach_the_setup() -> None:
    config = parse(TEXT, name="x", env={"ID": "AKIA", "SECRET": "s3cret"})
    found = _upstream(config, Deployment(model="bedrock/anthropic.claude-x"), Prices.load(), None)
    assert found.base_url == ""
    assert found.settings == {"region": "eu-central-1", "access_key_id": "AKIA", "secret_access_key": "s3cret"}


def test_a_cloud_that_the_configuration_does_not_describe_is_refused_by_name() -> None:
    config = parse("models: {a: sim/opus}", name="x", env={})
    with pytest.raises(ConfigError, match="provider `bedrock` needs `region`"):
        _upstream(config, Deployment(model="bedrock/x"), Prices.load(), None)
