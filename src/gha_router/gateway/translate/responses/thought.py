"""A reasoning item on its way through a client of Messages, and back.

Nothing is stored with the provider (``store: false``), so that a model knows what it has thought only when the item is
sent again, encrypted as it came. It travels in the signature of the thinking block that shows its summary: clients send
that back unread. Who did not write an item cannot decrypt it and refuses the request (``invalid_encrypted_content``),
another account with the same model too; so it names the deployment, and only that one is sent it. A checksum finds what
was damaged on the way: a thought that is left out costs less than a request that is refused.
"""

import re

import orjson

from gha_router.gateway.translate.reading import digest, dump, objects, text
from gha_router.gateway.translate.responses.format import Item, Part
from gha_router.gateway.translate.thinking import unseal
from gha_router.records import Json

# "The encrypted content ... could not be verified", "... was not issued to this caller", "... without its required
# following item", "... without its required 'reasoning' item".
_REFUSED = re.compile(r"encrypted.content|without its required", re.IGNORECASE)
GAP = "\n\n"  # between the parts of a summary


def signature_of(item: Json) -> str:
    """Return what a thinking block's signature has to hold of a finished reasoning item; ``""`` when it is open."""
    identity, encrypted = text(item.get("id")), text(item.get("encrypted_content"))
    return dump([identity, encrypted, digest(identity, encrypted)]) if encrypted else ""


def item_of(block: Json, origin: str) -> Json | None:
    """Return a thinking block as the reasoning item that it was; ``None`` when it is another's, or was damaged."""
    sealed = unseal(block)
    if sealed is None or sealed[0] != origin:
        return None
    try:
        held = orjson.loads(sealed[1])
    except orjson.JSONDecodeError:
        return None
    match held:
        case [str(identity), str(encrypted), str(check)] if check == digest(identity, encrypted):
            shown = text(block.get("thinking"))
            summary = [{"type": Part.SUMMARY, "text": part} for part in shown.split(GAP) if part]
            known = {"id": identity} if identity else {}
            return {"type": Item.REASONING, **known, "summary": summary, "encrypted_content": encrypted}
    return None


def is_refused(words: str) -> bool:
    """Return whether a request was refused for the reasoning in it, by the upstream's words."""
    return bool(_REFUSED.search(words))


def words_of(item: Json) -> str:
    """Return what a whole reasoning item shows: its summary, else its open words."""
    for field in ("summary", "content"):
        if said := GAP.join(text(part.get("text")) for part in objects(item.get(field))):
            return said
    return ""
