"""Is the model that answered the one that was asked? Upstreams add dates, and some turn the parts of a name around."""

import re

_WORD = re.compile(r"[a-z]+|\d+")
_DATE = re.compile(r"(?<!\d)20\d{2}-?\d{2}-?\d{2}(?!\d)|(?<!\d)\d{4}(?!\d)")  # 20250929, 2025-08-07, 0324
_SAYS_NOTHING = frozenset({"latest", "free", "v", "preview", "exp"})


def same_model(asked: str, answered: str) -> bool:
    """Return whether two names of models mean one model, as far as names can tell.

    ``anthropic/claude-sonnet-4.5`` and ``claude-4-5-sonnet-20250929`` do; ``gpt-5`` and ``gpt-5-mini`` do not.
    """
    return _words(asked) == _words(answered)


def _words(name: str) -> list[str]:
    """Return the sorted words and numbers of a name, its publisher, its date and what says nothing left out."""
    own = _DATE.sub(" ", name.lower().rpartition("/")[2])
    return sorted(word for word in _WORD.findall(own) if word not in _SAYS_NOTHING)
