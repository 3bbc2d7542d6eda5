"""The in-job gateway: authenticate, reserve, decide, relay, and a receipt for each request."""
