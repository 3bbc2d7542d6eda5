"""jinja2's sandbox with bounds: agents make what a template works on, and so decide how much it makes of that.

A loop's output is bounded by who renders. Here nothing that stands for itself can grow beyond a prompt: no text is
repeated, padded, indented or formatted that far, and no power becomes a number that nobody can write.
"""

import inspect
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from jinja2 import StrictUndefined
from jinja2.nodes import EvalContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST = 1_000_000  # characters of a prompt: more than any model reads
BITS = 4_096  # of a power
# In a format: a width of four digits, one that is taken from a value, or one that is worked out.
_WIDE = re.compile(r"%(?:\([^)]*\))?[-+ #0]*(?:\d{4,}|\d*\.\d{4,}|[\d.]*\*)|\{[^{}]*(?:\d{4,}[^{}]*\}|\{)")


class TooMuch(ValueError):
    """A value that would be larger than any prompt."""

    def __init__(self) -> None:
        super().__init__(f"it would make more than {LONGEST:,} characters or items of what it is given")


class Bounded(ImmutableSandboxedEnvironment):
    """A sandbox without functions of its own, in which nothing grows beyond a prompt."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, finalize: Callable[[Any], Any]) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=False,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=finalize,
        )
        self.globals.clear()
        for name in _MAKES:
            if name in self.filters:
                self.filters[name] = _bounded(name, self.filters[name])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Return what an operator makes. Raises ``TooMuch``."""
        match operator, left, right:
            case "**", int(), int() if right * left.bit_length() > BITS:
                raise TooMuch
            case "*", (str() | list() | tuple()), int() if len(left) * right > LONGEST:
                raise TooMuch
            case "*", int(), (str() | list() | tuple()) if len(right) * left > LONGEST:
                raise TooMuch
            case "%", str(), _:
                _refuse(_of_format(left))
        return super().call_binop(context, operator, left, right)

    def call(self, context: Any, called: Any, /, *given: Any, **named: Any) -> Any:
        """Call a text's own method, or whatever the sandbox lets be called. Raises ``TooMuch``."""
        method = getattr(called, "__wrapped__", called)
        makes = _MAKES.get(getattr(method, "__name__", ""))
        text = getattr(method, "__self__", None)
        if makes is not None and isinstance(text, str):
            # A separator is what is joined with, and stands before what is joined.
            _refuse(makes(*((*given, text) if method.__name__ == "join" else (text, *given)), *named.values()))
        return super().call(context, called, *given, **named)


def _bounded(name: str, made: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that is refused where it would make too much."""
    signature = inspect.signature(made)

    @wraps(made)
    def bounded(*given: Any, **named: Any) -> Any:
        arguments = signature.bind(*given, **named)
        arguments.apply_defaults()
        _refuse(_MAKES[name](*(value for value in arguments.args if not isinstance(value, EvalContext))))
        return made(*given, **named)

    return bounded


def _refuse(size: int) -> None:
    if size > LONGEST:
        raise TooMuch


def _of_width(text: Any, width: Any = 0, *_more: Any) -> int:
    return _length(text) + _number(width)


def _of_indent(text: Any, width: Any = 4, *_more: Any) -> int:
    each = len(width) if isinstance(width, str) else _number(width)
    return _length(text) + (str(text).count("\n") + 1) * each if isinstance(text, str) else 0


def _of_tabs(text: Any, width: Any = 8, *_more: Any) -> int:
    return _length(text) + str(text).count("\t") * _number(width)


def _of_join(items: Any, between: Any = "", *_more: Any) -> int:
    return _length(items) * _length(between)


def _of_replace(text: Any, old: Any = "", new: Any = "", *_more: Any) -> int:
    return _length(text) + str(text).count(str(old)) * _length(new)


def _of_format(text: Any, *_more: Any) -> int:
    return LONGEST + 1 if isinstance(text, str) and _WIDE.search(text) else 0


_MAKES: dict[str, Callable[..., int]] = {
    **dict.fromkeys(("batch", "center", "ljust", "rjust", "slice", "zfill"), _of_width),
    "indent": _of_indent,
    "expandtabs": _of_tabs,
    "join": _of_join,
    "replace": _of_replace,
    **dict.fromkeys(("format", "format_map"), _of_format),
}


def _length(value: Any) -> int:
    return len(value) if isinstance(value, (str, list, tuple, dict)) else 0


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
