"""HTTP statuses and the error types of Anthropic's API (docs.claude.com, API reference, "Errors")."""

# Statuses that the API itself does not send, and upstreams of other dialects do, have the nearest type.
TYPE_OF = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    408: "timeout_error",
    413: "request_too_large",
    415: "invalid_request_error",
    422: "invalid_request_error",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
}
ANY = "api_error"  # every other

# What an error inside a stream would have been as a status.
STATUS_OF = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    ANY: 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
