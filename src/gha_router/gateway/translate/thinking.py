"""Thinking that comes from elsewhere, marked so that it is known again when it comes back with the next request.

Anthropic's thinking blocks carry a signature which clients send back unread. Ours names the model that thought (and
holds that model's own signature, where it has one): only that model is ever sent it again, and a relay to Anthropic
can tell these blocks from Claude's, whose signatures it checks ("Invalid `signature` in `thinking` block").
"""

import base64
import binascii

import orjson

from gha_router.records import Json

_MARK = "gha-router."
SEAL = f'"{_MARK}'.encode()  # how a body that holds such a block looks


def seal(model: str, signature: str = "") -> str:
    """Return the signature of a thinking block that a model behind the translation has written."""
    return _MARK + base64.urlsafe_b64encode(orjson.dumps([model, signature])).decode()


def unseal(block: Json) -> tuple[str, str] | None:
    """Return a thinking block's model and that model's own signature; ``None`` when it is not one of ours."""
    signature = block.get("signature")
    if not isinstance(signature, str) or not signature.startswith(_MARK):
        return None
    try:
        value = orjson.loads(base64.urlsafe_b64decode(signature[len(_MARK) :].encode()))
    except (binascii.Error, ValueError):
        return None
    match value:
        case [str(model), str(own)]:
            return model, own
    return None


def is_sealed(block: Json) -> bool:
    """Return whether a content block is thinking from behind the translation, which Anthropic would refuse."""
    return block.get("type") == "thinking" and unseal(block) is not None
