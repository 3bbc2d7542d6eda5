"""Translation between Anthropic's Messages API and OpenAI's chat completions and Responses: pure, no I/O, no clock.

Back, for upstreams that speak OpenAI: ``chat_request`` -> ``message`` or ``ChatStream`` / ``ChatBytes``, ``error_of``.
For those that speak Responses: ``responses_request`` -> ``response_message`` or ``ResponseStream`` in ``ChatBytes``.
Front, for clients that speak OpenAI: ``messages_request`` -> ``completion`` or ``MessageStream``, ``chat_error``.
"""

from gha_router.gateway.translate.chat_bytes import ChatBytes, Chunks
from gha_router.gateway.translate.errors import BrokenReply, Failure, error_of, failure_of
from gha_router.gateway.translate.front_reply import MessageStream, chat_error, completion
from gha_router.gateway.translate.front_request import messages_request
from gha_router.gateway.translate.message import message
from gha_router.gateway.translate.quirks import Quirks, quirks_of
from gha_router.gateway.translate.reading import Untranslatable
from gha_router.gateway.translate.request import ChatRequest, chat_request
from gha_router.gateway.translate.responses.reply import response_message
from gha_router.gateway.translate.responses.request import responses_request, without_thoughts
from gha_router.gateway.translate.responses.stream import ResponseStream
from gha_router.gateway.translate.responses.thought import is_refused
from gha_router.gateway.translate.stream import ChatStream
from gha_router.gateway.translate.thinking import SEAL, is_sealed

__all__ = [
    "SEAL",
    "BrokenReply",
    "ChatBytes",
    "ChatRequest",
    "ChatStream",
    "Chunks",
    "Failure",
    "MessageStream",
    "Quirks",
    "ResponseStream",
    "Untranslatable",
    "chat_error",
    "chat_request",
    "completion",
    "error_of",
    "failure_of",
    "is_refused",
    "is_sealed",
    "message",
    "messages_request",
    "quirks_of",
    "response_message",
    "responses_request",
    "without_thoughts",
]
