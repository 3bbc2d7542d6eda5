"""Run Claude Code on the cheapest model that provably does the job."""


def __getattr__(name: str) -> str:
    """Return ``__version__``, looked up when somebody asks: the gateway, which must start fast, does not."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version  # noqa: PLC0415

    return version("gha-router")
