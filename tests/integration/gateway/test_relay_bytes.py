"""Two hundred bodies as no serialiser writes them: what leaves and what comes back differ in the model's name only."""

import asyncio
import random
from pathlib import Path

from aiohttp import web

from tests.integration.gateway.scene import scene
from tests.upstream import Handler

BODIES = 200
NUMBERS = ["1.0E+5", "-0", "1e-7", "0.10", "123456789012345678901234567890", "5E0", "-1.50", "2.220446049250313e-16"]
TEXTS = ['"\\u00e9\\/"', '"日本語"', '"\\ud83d\\ude00"', '"model\\":\\"x"', '"\\t\\b"', '""', '"model"', '" "']
SPACES = ["", " ", "\n", "\t ", "  \r\n"]


def value(dice: random.Random, depth: int) -> str:
    """A JSON value in a spelling that is valid and unusual."""
    kind = dice.randrange(7 if depth else 5)
    match kind:
        case 0:
            return dice.choice(NUMBERS)
        case 1 | 2:
            return dice.choice(TEXTS)
        case 3:
            return dice.choice(["true", "false", "null"])
        case 4:
            return dice.choice(["[]", "{ }", "[ ]", "{}"])
        case 5:
            return "[" + ",".join(space(dice) + value(dice, depth - 1) for _ in range(dice.randrange(1, 4))) + "]"
    members = (f"{space(dice)}{name}:{value(dice, depth - 1)}" for name in dice.sample(TEXTS, dice.randrange(1, 4)))
    return "{" + ",".join(members) + space(dice) + "}"


def space(dice: random.Random) -> str:
    return dice.choice(SPACES)


def deep(levels: int) -> str:
    return '{"model":' * levels + "1" + "}" * levels


def body(seed: str, model: str, required: list[str]) -> bytes:
    """An object that holds the model's name, what the API requires, and much that nobody knows, in any order."""
    dice = random.Random(seed)  # noqa: S311  the same body for the same seed
    members = [f'"model"{space(dice)}:{space(dice)}"{model}"', *required]
    members += [f'"unknown_{number}":{value(dice, 5)}' for number in range(dice.randrange(6))]
    members.append(f'"deep":{deep(dice.randrange(1, 120))}')
    dice.shuffle(members)
    return ("{" + f",{space(dice)}".join(members) + "}").encode()


REQUEST = ['"messages":[{"role":"user","content":"\\u3042"}]', '"max_tokens": 10', '"stream" :false']
REPLY = ['"content":[{"type":"text","text":"\\u3042"}]', '"usage":{"input_tokens":1,"output_tokens":2, "x":1.0}']


def replying(replies: list[bytes]) -> Handler:
    async def handler(_request: web.Request, _body: bytes) -> web.StreamResponse:
        return web.Response(body=replies.pop(), content_type="application/json")

    return handler


def test_two_hundred_bodies_are_relayed_byte_for_byte_but_for_the_name(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path, replying(replies := [])) as s:
            for number in range(BODIES):
                replies.append(body(f"reply {number}", "real-name", REPLY))
                reply = await s.http.post("/v1/messages", content=body(f"request {number}", "sonnet", REQUEST))
                assert reply.status_code == 200, reply.text
                assert reply.content == body(f"reply {number}", "sonnet", REPLY)
                assert s.upstreams[0].sent[-1].body == body(f"request {number}", "real-name", REQUEST)

    asyncio.run(run())
