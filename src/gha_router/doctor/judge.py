"""From what came back on one request to a finding with its mend. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from gha_router.doctor.findings import Entry, Finding, Health
from gha_router.doctor.names import same_model
from gha_router.records import Receipt
from gha_router.report.neutral import clean, shorten

WORDS = 300  # characters of a provider's own words
SUBSCRIPTION_TOKEN = "sk-ant-oat"  # noqa: S105  how one begins
TOO_FEW = re.compile(r"max[_ ]?(output[_ ]|completion[_ ])?tokens|output limit", re.IGNORECASE)
NO_MODEL = re.compile(
    r"model.{0,80}(not found|not exist|not a valid|unknown|unsupported|not supported|no longer)"
    r"|(unknown|invalid|no such) model",
    re.IGNORECASE | re.DOTALL,
)
OK, BAD_REQUEST, UNAUTHORISED, UNPAID, FORBIDDEN, NOT_FOUND, TOO_MANY = 200, 400, 401, 402, 403, 404, 429
SERVER_ERROR = 500
PAGE = re.compile(r"<(!doctype|html|head|body|h1)\b", re.IGNORECASE)
ADDRESS = "`base_url` and `format` of the provider say where and how it is asked."
NO_MESSAGE = "the reply is no message"  # the gateway's word for a reply of another API


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back from our gateway. ``status``: None when nothing did in time."""

    status: int | None
    seconds: float
    words: str = ""  # of an error: the provider's, or the gateway's
    model: str | None = None  # who answered, by the upstream's own account
    receipt: Receipt | None = None

    @property
    def upstream_status(self) -> int | None:
        """Return what the provider itself answered, ``None`` when it did not."""
        tries = self.receipt.tries if self.receipt else ()
        return tries[-1].status if tries else None

    @property
    def cause(self) -> str:
        """Return why the gateway has no answer, in its words."""
        tries = self.receipt.tries if self.receipt else ()
        return tries[-1].cause if tries else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the same reply means another thing under."""

    limit_s: float
    ollama: bool = False
    address: str | None = None
    variables: Sequence[str] = ()  # where the provider's key is looked for
    subscription: bool = False  # the key is a subscription's token
    known: Sequence[str] = ()  # the price list's names, for the nearest one


def wants_more(reply: Reply) -> bool:
    """Return whether a model refused to answer in one token: some want sixteen."""
    return reply.upstream_status == BAD_REQUEST and TOO_FEW.search(reply.words) is not None


def judged(entry: Entry, reply: Reply, around: Circumstances) -> Finding:
    """Return what a reply says of a deployment."""
    if reply.status is None:
        if reply.words:
            return _down(said(reply.words), "Ask again; what was paid for it is not known.")
        return _down(
            f"no answer within {around.limit_s:g} s",
            "Ollama may still be loading it: ask again, or give --timeout."
            if around.ollama
            else "Ask again later, give --timeout, or let another deployment come first (`order`).",
        )
    if reply.status == OK:
        return _answered(entry, reply)
    status = reply.upstream_status
    if status is None or status == OK:
        return _no_answer(reply, around)
    return _refused(entry, reply, status, around)


def _answered(entry: Entry, reply: Reply) -> Finding:
    asked = entry.deployment.name
    if reply.model is not None and not same_model(asked, reply.model):
        return _warning(
            f"answers, and says that it is `{said(reply.model)}`",
            f"`{asked}` was asked. An alias of the provider's, or another model: prices and limits may differ.",
        )
    return Finding(health=Health.WELL, what="answers")


def _no_answer(reply: Reply, around: Circumstances) -> Finding:
    """Nothing came from the provider, or nothing that is an answer."""
    where = f" at {around.address}" if around.address else ""
    if "base_url" in reply.cause or reply.cause == NO_MESSAGE:
        what = f"what answers{where} does not speak the provider's `format`: {said(reply.cause)}"
        return _mistake(what, ADDRESS)
    if "no connection" in reply.cause:
        start = "Start it: `ollama serve`." if around.ollama else "Is `base_url` right, and can this machine reach it?"
        return _down(f"no connection{where}", start)
    if "in time" in reply.cause:
        return _down(f"{said(reply.cause)}{where}", "Give the deployment a longer `timeout`, or ask again later.")
    return _down(said(reply.cause or reply.words), "Ask again later; the words are the gateway's.")


def _refused(entry: Entry, reply: Reply, status: int, around: Circumstances) -> Finding:
    """Return what a provider's refusal means: the key, the model, the account, or a bad hour."""
    told = f"HTTP {status}: {said(reply.words)}" if reply.words else f"HTTP {status}"
    if around.subscription and status in {BAD_REQUEST, FORBIDDEN} and "claude code" in reply.words.lower():
        return _warning(
            "reached; a subscription's token is answered for Claude Code alone",
            "This request is not Claude Code's, so no more can be said here. docs/providers.md says what holds.",
        )
    if status < BAD_REQUEST:
        return _mistake(f"redirects, which is not followed. {told}", ADDRESS)
    if status == NOT_FOUND or (status == BAD_REQUEST and NO_MODEL.search(reply.words)):
        return _no_model(entry, told, around)
    if status == UNAUTHORISED:
        own = f"the `api_key` of `{entry.deployment.provider}`"
        named = " or ".join(f"`{variable}`" for variable in around.variables) or own
        finding = _mistake(f"the key is refused. {told}", f"{named} is wrong, expired or another account's: renew it.")
    elif status == FORBIDDEN:
        finding = _mistake(f"the key may not use this model. {told}", "Allow it where the provider manages keys.")
    elif status == UNPAID:
        finding = _down(f"the account has no credit. {told}", "Add credit at the provider.")
    elif status == TOO_MANY:
        keep = "`fallbacks` answer meanwhile; `rpm` and `tpm` keep below a limit."
        finding = _warning(f"reached, and at its rate limit just now. {told}", keep)
    elif status >= SERVER_ERROR:
        finding = _down(f"the provider fails. {told}", "Ask again later; `fallbacks` answer meanwhile.")
    else:
        finding = _down(f"refuses the request. {told}", "The words are the provider's.")
    return finding


def _no_model(entry: Entry, told: str, around: Circumstances) -> Finding:
    name = entry.deployment.name
    if around.ollama:
        return _down(f"`{name}` is not installed. {told}", f"Run `ollama pull {name}`.")
    if PAGE.search(told):
        return _mistake(f"a web page answers, and no model's provider. {told}", ADDRESS)
    return _mistake(f"unknown model, or a wrong address. {told}", _nearest(entry.deployment.model, around.known))


def _nearest(wrong: str, known: Sequence[str]) -> str:
    """Return a hint without a list of everything: a provider has hundreds."""
    near = get_close_matches(wrong, known, n=1)
    return f"Did you mean `{near[0]}`?" if near else "The provider's list of models says what it is called there."


def said(words: str) -> str:
    """Return an upstream's words: one line, visible characters, bounded."""
    return shorten(clean(words), WORDS)


def _warning(what: str, hint: str) -> Finding:
    return Finding(health=Health.WARNING, what=what, hint=hint)


def _mistake(what: str, hint: str) -> Finding:
    return Finding(health=Health.MISTAKE, what=what, hint=hint)


def _down(what: str, hint: str) -> Finding:
    return Finding(health=Health.DOWN, what=what, hint=hint)
