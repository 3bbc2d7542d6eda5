"""A request that is answered with an error, before a dialect puts it into its envelope."""


class Refusal(Exception):
    """An error to send: its status, its words, and what OpenAI's envelope says beside them."""

    def __init__(self, status: int, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
        self.code = code
