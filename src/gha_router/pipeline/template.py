"""Prompts with places for what earlier steps made, and conditions on it: jinja2, in its sandbox, and strict.

A template knows two names: ``inputs``, and ``steps`` with ``verdict``, ``text`` and ``structured`` of each step that
has come to its end. What stands there is data: it is put in once and never read as a template, and so are the values
of the environment's variables. What can be known of a template is checked before anything is run.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from jinja2 import TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.meta import find_undeclared_variables

from gha_router.config import Written, suggest
from gha_router.errors import ConfigError, Position
from gha_router.pipeline.bounded import LONGEST, Bounded
from gha_router.variables import substitute, variables_in

INPUTS, STEPS = "inputs", "steps"
OF_STEP = ("verdict", "text", "structured")
# What no template of ours needs: there is one file, and it is all in view.
_STRANGE = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a template may speak of."""

    inputs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()  # that come to their end before
    structured: tuple[str, ...] = ()  # of those, the ones whose answer has a schema


class _Environment(Bounded):
    """The bounded sandbox, in which ``a.b`` is the entry ``b`` of ``a`` before all else."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an entry; a mapping's methods are no entries."""
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


def _shown(value: Any) -> Any:
    """Return a value as a prompt shows it: texts as they are, all else as JSON."""
    return value if isinstance(value, (str, Undefined)) else json.dumps(value, ensure_ascii=False, indent=1)


_ENVIRONMENT = _Environment(_shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A prompt or a condition whose names are known to exist."""

    written: Written
    _run: Callable[[Mapping[str, Any]], Any] = field(repr=False, compare=False)

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """Return the text, or whether the condition holds, with these values. Raises ``ConfigError``."""
        try:
            return self._run(values)
        except (UndefinedError, SecurityError, TemplateRuntimeError) as error:
            raise ConfigError(_sentence(error), where=self.written.where, hint=_AT_LAST) from None
        # Filters meet values that they were not written for, as agents make them: any of these is such a meeting.
        except (*_UNFIT, MemoryError, RecursionError) as error:
            what = f"this cannot be worked out: {type(error).__name__}: {error}"
            raise ConfigError(what, where=self.written.where, hint=_AT_LAST) from None


_UNFIT = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
_BRACES = "Braces that are meant as they stand go between `{% raw %}` and `{% endraw %}`."
_AT_LAST = "It depends on what an earlier step made: an `output_schema` with `required` and types there makes it sure."


def prompt_of(written: Written, names: Names) -> Template:
    """Return a prompt as a template. Raises ``ConfigError`` with the line of the prompt that cannot be used."""
    tree = _parsed(written, lambda: _ENVIRONMENT.parse(written.text))
    _parsed(written, lambda: _check(tree, written, names))  # which meets unknown filters
    for text in tree.find_all(nodes.TemplateData):
        text.data = substitute(text.data, written.values)
    compiled = _parsed(written, lambda: _ENVIRONMENT.compile(tree))
    template = _ENVIRONMENT.template_class.from_code(_ENVIRONMENT, compiled, {})

    def render(values: Mapping[str, Any]) -> str:
        parts, length = [], 0
        for part in template.generate(values):  # a loop over what a step made may not fill the memory first
            parts.append(part)
            length += len(part)
            if length > LONGEST:
                raise ValueError(f"the prompt has more than {LONGEST:,} characters, more than any model reads")
        # Half a surrogate pair in an agent's words can be sent to nobody.
        return "".join(parts).encode("utf-8", "backslashreplace").decode()

    return Template(written=written, _run=render)


def condition_of(written: Written, names: Names) -> Template:
    """Return what stands behind ``when``. Raises ``ConfigError`` for what is no expression, or speaks of nobody."""
    if "{{" in written.text or "{%" in written.text:
        raise ConfigError("a condition stands without braces", where=written.where, hint=_SUCH_AS)
    if variables_in(written.text):
        raise ConfigError(
            "a condition holds no variables of the environment",
            where=written.where,
            hint=_SUCH_AS,
        )
    tree = _parsed(written, lambda: _ENVIRONMENT.parse("{{ (" + written.text + "\n) }}"), hint=_SUCH_AS)
    if len(tree.body) != 1 or not isinstance(tree.body[0], nodes.Output) or len(tree.body[0].nodes) != 1:
        raise ConfigError("a condition is one expression", where=written.where, hint=_SUCH_AS)
    _parsed(written, lambda: _check(tree, written, names))  # which meets unknown filters
    expression = _parsed(written, lambda: _ENVIRONMENT.compile_expression(written.text, undefined_to_none=False))

    def holds(values: Mapping[str, Any]) -> bool:
        found = expression(**values)
        if isinstance(found, Undefined):
            found._fail_with_undefined_error()  # noqa: SLF001  its own way to say what is missing
        return bool(found)

    return Template(written=written, _run=holds)


_SUCH_AS = f"It is one expression of `{INPUTS}` and `{STEPS}`, such as `{STEPS}.ID.verdict == 'verified'`."


def _parsed(written: Written, parse: Callable[[], Any], *, hint: str = _BRACES) -> Any:
    try:
        return parse()
    except TemplateSyntaxError as error:
        name = (error.message or "").rpartition("named ")[2].strip("'.")
        known = _ENVIRONMENT.filters if "filter" in (error.message or "") else _ENVIRONMENT.tests
        mend = suggest(name, sorted(known)) if "named" in (error.message or "") else hint
        raise ConfigError(_sentence(error), where=written.line(error.lineno), hint=mend) from None
    except RecursionError:
        raise ConfigError("this is nested too deep", where=written.where) from None


def _sentence(error: Exception) -> str:
    said = error.message if isinstance(error, TemplateSyntaxError) else None
    text = (said or str(error)).rstrip(".")
    return text[:1].lower() + text[1:]


def _check(tree: nodes.Template, written: Written, names: Names) -> None:
    """Raise for the first name that means nothing."""
    faults = [*_strange(tree, written), *_unknown(tree, written, names), *_of_steps(tree, written, names)]
    faults += _variables(tree, written)
    if faults:
        raise min(faults, key=lambda fault: (fault.where and fault.where.line) or 0)


def _strange(tree: nodes.Template, written: Written) -> Iterator[ConfigError]:
    for node in tree.find_all(_STRANGE):
        where = written.line(node.lineno)
        yield ConfigError("a prompt takes nothing from other templates", where=where, hint="Write it out.")


def _unknown(tree: nodes.Template, written: Written, names: Names) -> Iterator[ConfigError]:
    wrong = find_undeclared_variables(tree) - {INPUTS, STEPS}
    for node in tree.find_all(nodes.Name):
        if node.name in wrong and node.ctx == "load":
            near = get_close_matches(node.name, names.inputs, n=1)
            mend = f"Did you mean `{INPUTS}.{near[0]}`?" if near else suggest(node.name, (INPUTS, STEPS))
            where = written.line(node.lineno)
            yield ConfigError(f"there is no `{node.name}` here", where=where, hint=f"{mend} {_BRACES}")


def _variables(tree: nodes.Template, written: Written) -> Iterator[ConfigError]:
    for node in tree.find_all(nodes.Const):
        if isinstance(node.value, str) and "${" in node.value:
            yield ConfigError(
                "a variable of the environment stands outside of the braces", where=written.line(node.lineno)
            )


def _of_steps(tree: nodes.Template, written: Written, names: Names) -> Iterator[ConfigError]:
    """Yield what is said of inputs and of steps that are not known, as far as it is said in so many words."""
    for node, path in _paths(tree):
        where = written.line(node.lineno)
        match path:
            case (str(root), str(name), *_) if name not in getattr(names, root):
                yield _nobody(root, name, names, where)
            case (str(root), str(name), str(what), *_) if root == STEPS and what not in OF_STEP:
                yield ConfigError(f"a step has no `{what}`", where=where, hint=suggest(what, OF_STEP))
            case (str(root), str(name), "structured", *_) if root == STEPS and name not in names.structured:
                yield ConfigError(
                    f"`{name}` gives no structured answer", where=where, hint="Give that step an `output_schema`."
                )


def _nobody(root: str, name: str, names: Names, where: Position) -> ConfigError:
    if root == INPUTS:
        return ConfigError(f"there is no input `{name}`", where=where, hint=suggest(name, names.inputs))
    what = f"`{name}` is no step that comes to its end before this one"
    return ConfigError(what, where=where, hint=f"{suggest(name, names.steps)} What comes before says `needs`.")


def _paths(tree: nodes.Template) -> Iterator[tuple[nodes.Node, tuple[object, ...]]]:
    """Yield ``inputs.a`` and ``steps['b'].verdict`` as the path of their names; a computed one as ``None``."""
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        path: list[object] = []
        inner: nodes.Node = node
        while isinstance(inner, (nodes.Getattr, nodes.Getitem)):
            match inner:
                case nodes.Getattr(attr=attr):
                    path.append(attr)
                case nodes.Getitem(arg=nodes.Const(value=value)):
                    path.append(value)
                case _:
                    path.append(None)
            inner = inner.node
        if isinstance(inner, nodes.Name) and inner.name in {INPUTS, STEPS}:
            yield node, (inner.name, *reversed(path))
