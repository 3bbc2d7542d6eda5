"""Traps 26 and 27: bytes that must not change, and a client that goes away."""

from bench.traps.case import SILENT, Ask, End, anthropic, case, openai, streamed
from bench.traps.cases.history import SIGNATURE, ok
from bench.traps.seen import Seen
from bench.traps.wire import BILLING, MODEL, ROLE, USER_ID, chunk, message_start, request, said, text_block

DEEP = b"[" * 100 + b"]" * 100
ODD = b"".join(
    (
        b'{ "max_tokens" : 100,"stream":true,\t',
        b'"messages":[{"role":"user","content":"\\u3042\\/ \xe3\x81\x84 \\"model\\":1"},{"role" :',
        b'"assistant","content":[{"signature":"%b","thinking":"I \\u0077eigh","type":"thinking"}]}],'
        % SIGNATURE.encode(),
        b'"temperature":1.50e0 ,"model": "%b",  "system":[{"text":"%b","type":"text"}],'
        % (MODEL.encode(), BILLING.encode()),
        b'"not_yet_invented":{"big":12345678901234567890,"tiny":1E-7,"zero":-0.0,"model":"inner","deep":%b},' % DEEP,
        b'"metadata":{"user_id":"%b"}}\n' % USER_ID.encode(),
    )
)


@case("26-request-bytes-are-kept", anthropic(Ask(body=ODD), said("fine")))
def request_bytes(seen: Seen) -> None:
    """The body is parsed and written again: numbers, escapes, order and unknown fields change, caches miss."""
    sent = ok(seen)
    assert sent.body == seen.relayed("up-one"), f"expected the request's bytes, found {sent.body!r}"
    assert sent.path == "/v1/messages?beta=true", f"expected the query to be kept, found {sent.path}"


@case("26-claude-codes-request-is-kept", anthropic(request(), said("fine")))
def claude_codes_request(seen: Seen) -> None:
    """metadata.user_id, the billing block or the order of system blocks changes."""
    seen.kept(ok(seen))


_START = message_start().replace(b'"usage":', b'"container": null, "usage" :')
REPLY = [_START, *text_block(0, "f", "ine \\ 日本")[:3], b'event: ping\ndata: {"type": "ping"}\n\n', *said("x")[3:]]


@case("26-reply-bytes-are-kept", anthropic(request(), [b"".join(REPLY)[:300], b"".join(REPLY)[300:]]))
def reply_bytes(seen: Seen) -> None:
    """Events are parsed and written again, and unknown fields are lost."""
    wanted = b"".join(REPLY).replace(b'"up-one"', b'"%b"' % seen.model.encode())
    assert seen.got.body == wanted, f"expected the reply's bytes with the asked model, found {seen.got.body!r}"


def _let_go(seen: Seen) -> None:
    assert seen.got.end == "left", f"expected the reply to begin, found it {seen.got.end}: {seen.got.shown}"
    assert seen.sent.cancelled, "expected the upstream's call to be cancelled, found it running on"


_OPENAI = streamed([chunk(ROLE), chunk({"content": "half of"})], end=End.ENDLESS)
_ANTHROPIC = streamed([message_start(), *text_block(0, "half of")[:2]], end=End.ENDLESS)


@case(
    "27-the-client-leaves-in-mid-stream",
    openai(Ask(body=request(), leave_at=b"half of"), _OPENAI)
    | anthropic(Ask(body=request(), leave_at=b"half of"), _ANTHROPIC),
)
def leaves(seen: Seen) -> None:
    """The client goes away, and the upstream's call goes on and is paid."""
    _let_go(seen)


@case(
    "27-the-client-leaves-before-the-reply",
    openai(Ask(body=request(stream=False), leave_at=b""), SILENT)
    | anthropic(Ask(body=request(stream=False), leave_at=b""), SILENT),
)
def leaves_before(seen: Seen) -> None:
    """The same before a reply that is not streamed."""
    _let_go(seen)
