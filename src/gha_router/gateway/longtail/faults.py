"""What goes wrong in the long tail, as one typed error."""

from gha_router.gateway.dialect import redact_text

MESSAGE_LIMIT = 4_000  # characters of a provider's text that are passed on


class LongtailError(Exception):
    """A call that failed.

    ``status`` is the HTTP status that the provider answered, or 502 (no connection, or its answer made no sense), 504
    (no answer in time), 400 (refused before anybody was asked). ``retry_after`` is the provider's header, as sent.
    """

    def __init__(self, status: int, message: str, *, retry_after: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after = retry_after

    def without(self, secrets: tuple[str, ...]) -> "LongtailError":
        """Return the same error with nothing secret in its texts, which are cut only then: half a key is none."""
        message, retry_after = self.message, self.retry_after
        for secret in secrets:
            message = redact_text(message, secret)
            retry_after = redact_text(retry_after, secret) if retry_after else None
        return LongtailError(self.status, message[:MESSAGE_LIMIT], retry_after=retry_after)
