"""What was read in one place of a prompt: a kind of work, how plainly it is asked for, and by which words."""

from dataclasses import dataclass

ASKED, WISHED, QUESTION, SYMPTOM = 3.0, 2.0, 2.0, 1.0  # how plainly: an order, a wish, a question, a complaint
READING = frozenset({"research", "review", "design", "long_context"})  # work that changes nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. ``task_type`` is one of ``config.TaskType``; ``None``: something that is no work on software."""

    task_type: str | None
    weight: float
    words: str  # for the reason; of our own word lists, for reasons stand in receipts, which hold no prompt
    indirect: bool = False  # no verb was found that says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one sentence asks for; ``hands_off``: it says that nothing is to be changed."""

    requests: tuple[Request, ...] = ()
    hands_off: bool = False
