"""What is a command of a shell, and which commands run tests."""

import re
import shlex

from gha_router.claims.words import words

_TOOLS = words(
    "awk bash bun cargo cat cd chmod cp curl cut date deno diff docker echo find gh git go gradle grep head jq ls make "
    "mkdir mv mvn node npm npx pip pnpm poetry pytest python python3 rg rm ruff sed sh sort tail tox tree uniq uv wc "
    "yarn yq"
)
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
# Words before the command proper that change nothing about what is run.
_WRAPPERS = words("bunx env exec nice npx pipenv poetry hatch pdm run sudo time uv uvx xvfb-run")
_TEST_COMMAND = re.compile(
    r"(?:pytest|py\.test|tox|nox|jest|vitest|mocha|rspec|ctest|phpunit|bats|ava"
    r"|python[0-9.]* -m (?:pytest|unittest|nose2|tox|nox)"
    r"|(?:npm|yarn|pnpm|bun|deno|go|cargo|dotnet|swift|mix|rake|mvn|gradle|gradlew|bazel|zig build) (?:run )?(?:t|test)"
    r"|cargo nextest|go test|make (?:test|tests|check)|just test|node --test|gradlew? check)(?![A-Za-z0-9_])"
    r"|(?:bash |sh )?[\w./\-]{0,200}(?:run[_-]?tests?|tests?)\.(?:sh|py)(?![A-Za-z0-9_])"
)


_HEREDOC = re.compile(r"<<-?[ \t]*(['\"]?)(\w+)\1([^\n]*)\n.*?(?:^[ \t]*\2$|\Z)", re.DOTALL | re.MULTILINE)
_OPERATORS = ";&|()\n"
_ONLY_LISTS = {"--collect-only", "--co", "--help", "-h", "--version", "--list", "--dry-run"}
_PRINTS = words("cat echo printf print yes")


def commands_in(line: str) -> list[tuple[str, ...]]:
    """Return the commands of a shell line, each as its words; texts in quotes and here-documents are no commands.

    A line that a shell could not read has none.
    """
    lexer = shlex.shlex(_HEREDOC.sub(r"\3\n", line), posix=True, punctuation_chars=_OPERATORS)
    lexer.whitespace, lexer.commenters, lexer.whitespace_split = " \t\r", "", True
    commands: list[list[str]] = [[]]
    try:
        for token in lexer:
            if set(token) <= set(_OPERATORS):
                commands.append([])
            else:
                commands[-1].append(token)
    except ValueError:
        return []
    return [tuple(command) for command in commands if command]


def shows_only_tests(line: str) -> bool:
    """Return whether what a line prints comes from its tests: nothing else in it prints, or stands in for them."""
    return "||" not in line and not any(command[0] in _PRINTS for command in commands_in(line))


def is_command(text: str) -> bool:
    """Return whether a quoted text is a command line: its first word is a well-known tool."""
    return text.removeprefix("$ ").split(" ", 1)[0] in _TOOLS


def runs_tests(command: str) -> bool:
    """Return whether a command line runs tests, in any of its parts; naming a test tool (``pip install``) is not it."""
    return any(
        _TEST_COMMAND.match(_proper(" ".join(part))) and not _ONLY_LISTS & set(part) for part in commands_in(command)
    )


def runs_only_tests(line: str) -> bool:
    """Return whether a line's exit code is its tests' own: it runs tests, and beside them only changes the folder."""
    parts = [part for part in commands_in(line) if part[0] not in {"cd", "export"}]
    return "||" not in line and bool(parts) and all(runs_tests(shlex.join(part)) for part in parts)


def _proper(part: str) -> str:
    """Return one command without assignments, wrappers and the folder of its program."""
    words = part.split()
    while words and (_ASSIGNMENT.match(words[0]) or words[0] in _WRAPPERS):
        words = words[1:]
    if words[:1] == ["timeout"]:
        words = words[2:]
    if words and not words[0].endswith((".sh", ".py")):
        words[0] = words[0].rsplit("/", 1)[-1]
    return " ".join(words)
