"""Records in the words of OpenTelemetry's GenAI conventions, and in ours (``gha_router.*``) where these have none.

https://github.com/open-telemetry/semantic-conventions-genai, as of 1.41. Only what is ours or the configuration's own
is told: names of models, steps, tasks and kinds of checks, figures, verdicts. What a person or an agent wrote, a file's
name or a header's value may be in a receipt or a result, and is not told.
"""

from datetime import datetime

from gha_router.records import Attempt, CheckResult, CheckStatus, Decision, Receipt, Usage

Value = str | bool | int | float
Attributes = dict[str, Value]

OPERATION, PROVIDER = "gen_ai.operation.name", "gen_ai.provider.name"
ASKED, SERVED = "gen_ai.request.model", "gen_ai.response.model"
TOKEN_TYPE, ERROR = "gen_ai.token.type", "error.type"
VERDICT = "gha_router.verdict"
AGENT = "claude-code"
HTTP_ERROR = 400
NANOSECONDS = 1_000_000_000
# Our names of providers where the conventions have another.
WELL_KNOWN = {
    "azure": "azure.ai.openai",
    "bedrock": "aws.bedrock",
    "gemini": "gcp.gemini",
    "mistral": "mistral_ai",
    "vertex_ai": "gcp.vertex_ai",
    "xai": "x_ai",
}


def of_decision(number: int, decision: Decision) -> Attributes:
    """Return what is known when an attempt begins."""
    found: Attributes = {
        OPERATION: "invoke_agent",
        "gen_ai.agent.name": AGENT,
        ASKED: decision.model,
        "gha_router.attempt.number": number,
    }
    if decision.tier is not None:
        found["gha_router.tier"] = decision.tier
    if decision.task_type is not None:
        found["gha_router.task_type"] = decision.task_type
    return found


def of_attempt(attempt: Attempt) -> Attributes:
    """Return what is known when it has ended. The cost is left out where some request has no known price."""
    found: Attributes = {
        VERDICT: str(attempt.verdict),
        "gha_router.agent.end": str(attempt.end),
        "gha_router.requests": attempt.requests,
        "gha_router.turns": attempt.turns,
    }
    if attempt.cost_usd is not None:
        found["gha_router.cost_usd"] = float(attempt.cost_usd)
    return found | of_usage(attempt.usage)


def of_usage(usage: Usage | None) -> Attributes:
    """Return the tokens. The conventions' input has all that was read, from a cache too; ours in receipts has not."""
    if usage is None:
        return {}
    found: Attributes = {
        "gen_ai.usage.input_tokens": input_tokens(usage),
        "gen_ai.usage.output_tokens": usage.output,
        "gen_ai.usage.cache_read.input_tokens": usage.cache_read,
        "gen_ai.usage.cache_creation.input_tokens": usage.cache_write + usage.cache_write_1h,
    }
    if usage.reasoning is not None:
        found["gen_ai.usage.reasoning.output_tokens"] = usage.reasoning
    return found


def input_tokens(usage: Usage) -> int:
    """Return all that a model read."""
    return usage.total - usage.output


def of_request(receipt: Receipt) -> Attributes:
    """Return the dimensions of a request, few of each: what its metrics are told apart by."""
    provider, _, served = (receipt.served or "").partition("/")
    last = receipt.tries[-1].deployment.partition("/")[0] if receipt.tries else ""
    found: Attributes = {
        OPERATION: "chat",
        PROVIDER: WELL_KNOWN.get(provider or last, provider or last) or "unknown",
        ASKED: receipt.model or "unknown",  # as configured: what was asked for is the agent's word
    }
    if served:
        found[SERVED] = served
    if error := error_of(receipt):
        found[ERROR] = error
    return found


def details_of(receipt: Receipt) -> Attributes:
    """Return what else a request's span tells."""
    found: Attributes = {
        "gha_router.receipt.id": receipt.id,
        "gha_router.step.id": receipt.step,
        "gha_router.tries": len(receipt.tries),
        "http.response.status_code": receipt.status,
    }
    if receipt.cost_usd is not None:
        found["gha_router.cost_usd"] = float(receipt.cost_usd)
    if receipt.ttfb_s is not None:
        found["gha_router.time_to_first_byte_s"] = receipt.ttfb_s
    return found | of_usage(receipt.usage)


def error_of(receipt: Receipt) -> str | None:
    """Return a request's kind of failure: its HTTP status, or ``incomplete`` for a reply that broke off."""
    if receipt.status >= HTTP_ERROR:
        return str(receipt.status)
    return None if receipt.complete else "incomplete"


def of_check(result: CheckResult) -> Attributes:
    """Return what a check found: by its kind, because its name often has a file's in it."""
    found: Attributes = {
        "gen_ai.evaluation.name": result.kind,
        "gen_ai.evaluation.score.label": str(result.status),
        "gha_router.check.required": result.required,
    }
    if result.status in {CheckStatus.PASSED, CheckStatus.FAILED}:
        found["gen_ai.evaluation.score.value"] = float(result.passed)
    return found


def began(receipt: Receipt) -> int:
    """Return when a request arrived, in nanoseconds since 1970; a receipt has milliseconds."""
    return round(datetime.fromisoformat(receipt.at).timestamp() * 1000) * (NANOSECONDS // 1000)
