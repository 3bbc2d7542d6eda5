"""Trim LiteLLM's price list to our catalogue and write the snapshot that ships with the package.

    python scripts/snapshot_prices.py LIST.json --version 1.109.1 --date 2026-11-20

LIST.json is ``litellm/model_prices_and_context_window_backup.json`` inside LiteLLM's wheel. The same list, version and
date give the same bytes.
"""

import argparse
import json
import re
import sys
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from gha_router.pricing.price import digest

TARGET = Path(__file__).parents[1] / "src" / "gha_router" / "pricing" / "prices.json"

CATALOGUE = (
    "anthropic/claude-*",
    "bedrock/anthropic.claude-opus-4-1-*",
    "bedrock/anthropic.claude-sonnet-4-2*",
    "bedrock/qwen.qwen3-coder-*",
    "deepseek/*",
    "gemini/gemini-2.5-flash",
    "gemini/gemini-2.5-flash-lite",
    "gemini/gemini-2.5-pro",
    "gemini/gemini-3*",
    "groq/openai/gpt-oss-120b",
    "mistral/codestral-*",
    "mistral/devstral-*",
    "moonshot/kimi-*",
    "openai/gpt-5",
    "openai/gpt-5-*",
    "openai/gpt-5.*",
    "openrouter/*",
    "vertex_ai/gemini-2.0-flash-lite",
    "zai/glm-*",
)
# LiteLLM's names of a provider's interfaces, and ours.
PROVIDERS = {"bedrock_converse": "bedrock"}
MODES = {"chat", "responses"}
RATES = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "cache_write_1h": "cache_creation_input_token_cost_above_1hr",
}
LIMITS = ("max_input_tokens", "max_output_tokens")
SUPPORTS = {
    "pdf": "supports_pdf_input",
    "tools": "supports_function_calling",
    "vision": "supports_vision",
    "web_search": "supports_web_search",
}
LONG_PROMPT = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")


def per_million(rate: Decimal) -> str:
    """Return USD per million tokens as plain digits: ``Decimal("3e-07")`` is ``"0.3"``."""
    return format((Decimal(rate) * 1_000_000).normalize(), "f")


def deployment(name: str, entry: dict[str, Any]) -> str:
    """Return ``provider/model`` for LiteLLM's name, which leaves the provider out here and there."""
    provider = PROVIDERS.get(entry["litellm_provider"], entry["litellm_provider"])
    return f"{provider}/{name.removeprefix(f'{provider}/')}"


def rates(entry: dict[str, Any], suffix: str = "") -> dict[str, str]:
    """Return the rates that the list names. A rate of 0 may mean free or unknown there, so it is left out."""
    known = {kind: entry.get(key + suffix) for kind, key in RATES.items()}
    return {kind: per_million(rate) for kind, rate in known.items() if rate}


def long_prompt(entry: dict[str, Any]) -> dict[str, Any] | None:
    """Return the rates above the one size of prompt from which on other rates hold."""
    sizes = [match[1] for key in entry if (match := LONG_PROMPT.fullmatch(key))]
    if not sizes:
        return None
    if len(sizes) > 1:
        sys.exit(f"rates change at more than one size of prompt, which a price cannot say: {sizes}")
    above = rates(entry, f"_above_{sizes[0]}k_tokens")
    return {"output": rates(entry)["output"], **above, "over": int(sizes[0]) * 1000}


def supports(entry: dict[str, Any]) -> dict[str, bool]:
    """Return what the list says that a model can or cannot do; where it says nothing, nothing is known."""
    return {word: entry[key] for word, key in SUPPORTS.items() if isinstance(entry.get(key), bool)}


def web_search(entry: dict[str, Any]) -> str | None:
    """Return USD for one search by the provider's own tool, the dearest of its sizes."""
    sizes = entry.get("search_context_cost_per_query") or {}
    dearest = max(map(Decimal, sizes.values()), default=Decimal(0))
    return format(dearest.normalize(), "f") if dearest else None


def only_responses(entry: dict[str, Any]) -> bool:
    """Return whether a model is asked by OpenAI's Responses API and no other way."""
    return entry["mode"] == "responses" and "/v1/chat/completions" not in entry.get("supported_endpoints", [])


def trimmed(listed: dict[str, Any]) -> dict[str, Any]:
    """Return our catalogue's models that have both rates. Of two entries, the one that names its provider counts."""
    models: dict[str, Any] = {}
    for name in sorted(listed, key=lambda name: ("/" in name, name)):
        entry = listed[name]
        target = deployment(name, entry) if entry.get("mode") in MODES else ""
        known = rates(entry)
        if not ({"input", "output"} <= known.keys() and any(fnmatchcase(target, kind) for kind in CATALOGUE)):
            continue
        limits = {key: int(entry[key]) for key in LIMITS if entry.get(key)}
        more: dict[str, Any] = {
            "long_prompt": long_prompt(entry),
            "supports": supports(entry),
            "web_search": web_search(entry),
        }
        more["responses"] = only_responses(entry)
        models[target] = {**known, **limits, **{key: value for key, value in more.items() if value}}
    return models


def main() -> None:
    """Read the list, write the snapshot."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("list", type=Path, help="LiteLLM's price list")
    parser.add_argument("--version", required=True, help="LiteLLM's version that the list came with")
    parser.add_argument("--date", required=True, help="the day of the snapshot, YYYY-MM-DD")
    parser.add_argument("--out", type=Path, default=TARGET)
    args = parser.parse_args()

    models = trimmed(json.loads(args.list.read_text(encoding="utf-8"), parse_float=Decimal))
    snapshot = {
        "source": f"litellm {args.version}",
        "date": args.date,
        "digest": digest(models),
        "models": models,
    }
    args.out.write_text(json.dumps(snapshot, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(models)} models -> {args.out}")


if __name__ == "__main__":
    main()
