"""The shapes of keys that open something, and where a text holds one.

A shape is a prefix that its issuer gives to all its keys, and what follows. Entropy alone would accuse digests, lock
files and pictures; it is asked for only behind a prefix, where it tells keys from placeholders. Sources: the issuers'
own pages (GitHub "About authentication", AWS "IAM identifiers", Google "API keys", Slack "Token types", RFC 7468,
RFC 7519) and the public rules of gitleaks for the lengths.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

SHOWN = 4  # characters of a key that may be told
# Different characters at the end of a key; `ghp_1234123412341234` is a placeholder. Of 24 hexadecimal digits fewer than
# eight are different once in 10,000 keys, of other alphabets practically never.
FEWEST, LOOKED_AT = 8, 24
_EXAMPLE = re.compile(r"example|placeholder|redacted|x{6}|\.{3}|0123456789|123456789[0a]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shape:
    """How keys of one kind look. Each begins with one of ``signs``: finding that is all that most of a text costs."""

    what: str  # with its article, for a sentence
    signs: tuple[str, ...]
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Found:
    """A key in a text: where (offset), and what kind. The key itself is not kept."""

    at: int
    what: str
    begins: str  # its first characters


# A word that merely ends like a prefix (`task-...`) is none; an escape before it (`\\n`, `%3D`) is no word.
_BEGIN = r"(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"


def _shape(what: str, signs: str, body: str, begin: str = _BEGIN) -> Shape:
    return Shape(what, tuple(signs.split()), re.compile(rf"{begin}(?P<key>{body})"))


_WORD = "[A-Za-z0-9]"
_URL = "[A-Za-z0-9_-]"

# fmt: off
SHAPES = (
    _shape("a key of this gateway", "ghar-", rf"ghar-{_URL}{{40,}}", ""),
    _shape("an Anthropic key", "sk-ant-", rf"sk-ant-{_URL}{{24,}}", ""),
    _shape("an OpenRouter key", "sk-or-", r"sk-or-v1-[0-9a-f]{40,}", ""),
    _shape("an OpenAI key", "sk-proj- sk-svcacct- sk-admin-", rf"sk-(?:proj|svcacct|admin)-{_URL}{{24,}}"),
    _shape("a key of OpenAI's form", "sk-", rf"sk-(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z]){_WORD}{{32,}}"),
    _shape("a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", rf"gh[pousr]_{_WORD}{{36,}}"),
    _shape("a GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9_]{50,}", ""),
    _shape("a GitLab token", "glpat-", rf"glpat-{_URL}{{20,}}"),
    _shape("an AWS key id", "AKIA ASIA", r"(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])"),
    _shape("an AWS secret key", "aws_secret_access_key AWS_SECRET_ACCESS_KEY",
           r"(?:aws_secret_access_key|AWS_SECRET_ACCESS_KEY)[\"']?[ \t]{0,8}[=:][ \t]{0,8}[\"']?"
           r"(?=[A-Za-z0-9/+]*[0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"),
    _shape("a Google key", "AIza", rf"AIza{_URL}{{35}}(?!{_URL})"),
    _shape("a Google access token", "ya29.", rf"ya29\.{_URL}{{30,}}"),
    _shape("a Slack token", "xox", r"xox[abeoprs]-(?=[A-Za-z-]*[0-9])[0-9A-Za-z-]{20,}"),
    _shape("a Slack webhook", "hooks.slack.com/services/",
           rf"hooks\.slack\.com/services/T{_WORD}{{7,}}/B{_WORD}{{7,}}/{_WORD}{{20,}}"),
    _shape("a Stripe key", "sk_live_ rk_live_", rf"[sr]k_live_{_WORD}{{20,}}"),
    _shape("an npm token", "npm_", rf"npm_{_WORD}{{36}}(?!{_WORD})"),
    _shape("a PyPI token", "pypi-AgE", rf"pypi-AgE{_URL}{{50,}}"),
    _shape("a Hugging Face token", "hf_", r"hf_[A-Za-z]{34}(?![A-Za-z0-9])"),
    _shape("a Groq key", "gsk_", rf"gsk_{_WORD}{{50,}}"),
    _shape("an xAI key", "xai-", rf"xai-{_WORD}{{60,}}"),
    # A page that only speaks of such files has the line and no base64 below it; in JSON the line break is \n.
    Shape("a private key", ("-----BEGIN ",), re.compile(
        r"-----BEGIN (?P<key>(?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:(?:\s|\\[rn]){1,8}[A-Za-z-]{1,30}: ?[^\n\\]{0,200}){0,5}(?:[\s\"'+,>#]|\\[rn]){1,40}[A-Za-z0-9+/=]{40})")),
    _shape("a signed web token", "eyJ", rf"eyJ{_URL}{{10,}}\.eyJ{_URL}{{10,}}\.{_URL}{{16,}}"),
)
# fmt: on


def keys_in(text: str) -> Iterator[Found]:
    """Yield the keys in a text, by kind and place. Time grows with its length."""
    for shape in SHAPES:
        for sign in shape.signs:
            at = text.find(sign)
            while at >= 0:
                match = shape.pattern.match(text, at)
                if match and is_real(match["key"]):
                    # Of a private key the dashes before BEGIN are no secret, and all that is told.
                    yield Found(at, shape.what, match[0][:SHOWN])
                at = text.find(sign, match.end() if match else at + 1)


def is_real(key: str) -> bool:
    """Return whether it is no placeholder; of a web token, whether its head says how it is signed."""
    if key.startswith("eyJ"):
        return _is_signed(key)
    return len(set(key[-LOOKED_AT:])) >= FEWEST and not _EXAMPLE.search(key)


def _is_signed(token: str) -> bool:
    head = token.split(".", 1)[0]
    try:
        return "alg" in json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        return False
