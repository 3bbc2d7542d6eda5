"""What LiteLLM may know of this machine, and what keeps it from saying or fetching anything.

Read from LiteLLM 1.106; ``tests/e2e/test_litellm_worker.py`` watches every connection and all that is printed.
"""

import logging
import os
import warnings
from collections.abc import Mapping
from typing import Any

# What is passed on of our environment: certificates and proxies. No key and no cloud profile is looked up anywhere.
_PASSED = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")
_PROXIES = tuple(form(f"{kind}_proxy") for kind in ("http", "https", "all", "no") for form in (str.upper, str.lower))
_NOWHERE = "/nonexistent"
_SETTINGS = {
    "LITELLM_MODE": "PRODUCTION",  # reads no .env
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else fetched while it is imported
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",  # else fetched by the first call
    "LITELLM_LOG": "CRITICAL",
    "LITELLM_RUST": "false",  # its native client: not in the image, and the tests could not watch it
    "HF_HUB_OFFLINE": "1",
    "HOME": _NOWHERE,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "CLOUDSDK_CONFIG": _NOWHERE,
    "NO_GCE_CHECK": "true",
}


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment of the worker."""
    return {name: ours[name] for name in (*_PASSED, *_PROXIES) if name in ours} | _SETTINGS


def silence(litellm: Any) -> None:
    """Switch off what an imported LiteLLM does beside its calls."""
    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.set_verbose = False
    litellm.drop_params = False  # the worker leaves out what a model does not take, and names it
    litellm.num_retries = 0
    litellm.callbacks = litellm.success_callback = litellm.failure_callback = litellm.input_callback = []
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
