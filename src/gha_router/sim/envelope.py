"""Errors as the Messages API sends them: ``{"type": "error", "error": {"type", "message"}}``."""

from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# https://docs.anthropic.com/en/api/errors
KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    404: "not_found_error",
    413: "request_too_large",
}


class Refusal(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@web.middleware
async def in_envelope(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn refusals, and what aiohttp itself refuses (no such path, too large), into the envelope."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return error_response(refusal.status, refusal.message)
    except web.HTTPError as error:
        return error_response(error.status, error.reason)


def error_response(status: int, message: str) -> web.Response:
    """Return an error in the envelope."""
    error = {"type": KINDS.get(status, "invalid_request_error"), "message": message}
    return web.json_response({"type": "error", "error": error}, status=status)
