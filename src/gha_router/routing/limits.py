"""Sizes that routes go by, for whoever decides."""

BYTES_PER_TOKEN = 3  # errs high
LONG = 200_000  # tokens: what most models take; the limit of a `long_context` route that names none
