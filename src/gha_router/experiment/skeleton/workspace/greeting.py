"""Greetings."""


def greet(name):
    """Return a greeting for a person."""
    return f"Hello, {name.strip()}!"
