"""Ask every cloud once: ``python -m tests.integration.longtail.smoke``, also within the image, which is pruned."""

import asyncio
import sys

from gha_router.gateway.longtail import Driver
from tests.integration.longtail import clouds
from tests.upstream import upstream

BODY = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 5}


async def main() -> None:
    driver = Driver()
    try:
        async with upstream(clouds.cloud()) as seen:
            chat = (
                clouds.azure(seen.url),
                clouds.gemini(seen.url),
                clouds.bedrock(seen.url),
                clouds.vertex(seen.url, "gemini-2.5-pro"),
            )
            for found in chat:
                reply = await driver.complete(found, BODY)
                async with driver.stream(found, BODY) as stream:
                    chunks = [chunk async for chunk in stream]
                assert reply.data["choices"]
                assert chunks[-1]["usage"]
            for found in (clouds.bedrock(seen.url, "anthropic.claude-x"), clouds.vertex(seen.url, "claude-x@1")):
                assert (await driver.messages(found, BODY)).data == clouds.CLAUDE_REPLY
    finally:
        await driver.close()
    sys.stdout.write("every cloud answers\n")


if __name__ == "__main__":
    asyncio.run(main())
