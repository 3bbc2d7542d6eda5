"""The agent's own copy of the workspace, without the credentials that the checkout left in ``.git``.

Git is never run here: a repository's configuration can name commands that git would start. Instead the configuration
is read as git reads it (git's ``config.c``: sections, quotes, escapes, continuation lines), and what holds a
credential, or names a command or a file outside, is left out.
"""

import contextlib
import errno
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from gha_router.agent.snapshot import quote, require_shallow
from gha_router.errors import Cancelled, UsageError, WorkspaceError

_NOT_GIVEN = (
    "Only root can give the copy to another user, and only to one that exists here: run as root, or without one."
)
_HINTS = {
    errno.ENOSPC: "The disk is full. Free space, or choose a folder on a larger disk with --out.",
    errno.EDQUOT: "The quota is used up. Free space, or choose a folder on another disk with --out.",
    errno.EACCES: "The user that runs gha-router must be able to read the workspace and to write the copy's folder.",
    errno.EPERM: _NOT_GIVEN,
    errno.EINVAL: _NOT_GIVEN,  # a user that a rootless container does not map
}

# Value and comment of an entry, with git's own escapes; possessive, so that a broken file costs linear time.
_TOKEN = re.compile(
    rb"""
    (?P<space> [ \t\r\n]++ | \A\xef\xbb\xbf )
  | (?P<comment> [#;][^\n]*+ )
  | \[ (?P<section> [A-Za-z0-9.-]++ ) (?: [ \t]++ " (?P<name> (?: [^"\\\n] | \\[^\n] )*+ ) " )? \]
  | (?P<key> [A-Za-z][A-Za-z0-9-]*+ ) [ \t]*+
    (?: = (?P<value> (?: [^\n"\\\#;] | \\(?:\r?\n|[tbn\\"]) | "(?:[^"\\\n] | \\(?:\r?\n|[tbn\\"]))*+" )*+ )
          (?P<remark> [#;][^\n]*+ )? )?
    (?= \r?\n | \Z )
    """,
    re.VERBOSE,
)
_LINE_END = re.compile(rb"\r?\n")
_ESCAPE = re.compile(rb'\\\r?\n|\\(.)|"')
_UNESCAPED = {b"n": b"\n", b"t": b"\t", b"b": b"\b"}
_ESCAPED = {b"\\": b"\\\\", b'"': b'\\"', b"\n": b"\\n", b"\t": b"\\t", b"\b": b"\\b"}
_USERINFO = re.compile(rb"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<user>[^/]*)@")
_SSH = {b"ssh://", b"git+ssh://", b"ssh+git://"}
_SECRET_SECTIONS = {b"credential", b"include", b"includeif"}
_SECRET_KEYS = {b"cookiefile", b"sshcommand", b"hookspath", b"fsmonitor", b"gitproxy"}
_SECRET_WORDS = re.compile(rb"pass|token|secret|extraheader|authorization|://[^/]*@", re.IGNORECASE)
_REF = re.compile(rb"[0-9a-f]{40}|ref:")  # a branch named "config", or its log: no configuration begins like this


def copy(
    source: Path, target: Path, *, owner: tuple[int, int] | None, stopped: Callable[[], bool] = lambda: False
) -> tuple[str, ...]:
    """Copy the workspace for the agent, and return notes on what is not in the copy.

    Files, folders and links with their times and permission bits, without setuid and setgid; links stay links and are
    never followed; hard links become files of their own. FIFOs, sockets and devices are left out, and so are git's
    hooks, credentials, and a ``.git`` that only points elsewhere. With ``owner`` (uid, gid) everything in the
    copy, ``target`` included, belongs to it.

    Raises ``UsageError`` when ``source`` is no folder, ``WorkspaceError`` for a target that holds something or lies
    within the source, and for what cannot be read or written, ``Cancelled`` once ``stopped`` says so; a half-written
    copy is removed.
    """
    _require_apart(source, target)
    with contextlib.ExitStack() as on_failure:
        on_failure.callback(shutil.rmtree, target, ignore_errors=True)
        notes = tuple(_fill(source, target, owner, stopped))
        on_failure.pop_all()
    return notes


def strip_config(config: bytes) -> bytes:
    """Return a git configuration without credentials; all other lines stay byte for byte.

    Left out: the entries of ``credential``, ``include`` and ``includeIf``, of ``url`` sections with userinfo, keys that
    hold secrets or name commands (``http.*.extraHeader``, ``core.sshCommand``, ...), comments that speak of such.
    Userinfo is cut out of every URL that stays (``https://x:TOKEN@host`` -> ``https://host``; ``ssh://git@host`` is
    no secret). What follows a line that git could not read is left out too: git reads no such file.
    """
    kept: list[bytes] = []
    section, name, at = b"", b"", 0
    while token := _TOKEN.match(config, at):
        at = token.end()
        if token["section"]:
            section, name = token["section"].lower().partition(b".")[0], _name_of(token)
        if _is_secret(section, name, token):
            at = _drop(kept, config, at)
        else:
            kept.append(_without_userinfo_in(token))
    return b"".join(kept)


def _require_apart(source: Path, target: Path) -> None:
    shown = quote(str(target))
    with _explained(source):
        if not source.is_dir():
            why = "no folder" if source.exists() else "not there"
            hint = "Name the folder of the checked-out repository."
            raise UsageError(f"the workspace {quote(str(source))} is {why}", hint=hint)
    if Path(os.path.realpath(target)).is_relative_to(os.path.realpath(source)):
        raise WorkspaceError(
            f"the agent's copy {shown} would lie within the workspace {quote(str(source))}",
            hint="Choose a folder outside of the workspace with --out.",
        )
    with _explained(target):
        if os.path.lexists(target) and not (target.is_dir() and not any(target.iterdir())):
            hint = "Remove it, or choose another folder with --out."
            raise WorkspaceError(f"the agent's copy {shown} exists already", hint=hint)


def _fill(source: Path, target: Path, owner: tuple[int, int] | None, stopped: Callable[[], bool]) -> Iterator[str]:
    """Copy everything and yield notes. Folders are settled last, the deepest first: a child changes their time."""
    folders: list[str] = []
    pending = [""]
    while pending:
        folder = pending.pop()
        require_shallow(folder)
        folders.append(folder)
        with _explained(source / folder):
            (target / folder).mkdir(mode=0o700, parents=not folder, exist_ok=not folder)
            with os.scandir(source / folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        siblings = {entry.name for entry in entries}
        for entry in entries:
            if stopped():
                raise Cancelled("interrupted while the workspace was copied")
            path = f"{folder}/{entry.name}" if folder else entry.name
            if _is_hooks(folder, siblings, entry.name):
                continue
            if why := _why_left_out(folder, siblings, entry):
                yield f"not in the agent's copy: {quote(path)}, {why}"
            elif entry.is_dir(follow_symlinks=False):
                pending.append(path)
            else:
                with _explained(source / path):
                    yield from _copy_one(path, source / path, target / path, owner)
    for folder in reversed(folders):
        with _explained(source / folder):
            _settle(source / folder, target / folder, owner)


def _is_git_dir(folder: str, siblings: set[str]) -> bool:
    """Return whether git keeps a repository here: ``.git``, or a submodule's folder in ``.git/modules``."""
    return folder.rpartition("/")[2] == ".git" or (_in_git(folder) and "objects" in siblings)


def _in_git(folder: str) -> bool:
    return ".git" in folder.split("/")


def _is_hooks(folder: str, siblings: set[str], name: str) -> bool:
    """Return whether this is a repository's hooks folder, and not a part of a branch's name: every one has it."""
    return name == "hooks" and _is_git_dir(folder, siblings)


def _why_left_out(folder: str, siblings: set[str], entry: os.DirEntry[str]) -> str | None:
    is_link, is_dir = entry.is_symlink(), entry.is_dir(follow_symlinks=False)
    if entry.name == ".git" and not is_dir:
        return "it points to a repository elsewhere"
    if entry.name == "credentials" and _is_git_dir(folder, siblings):
        return "it holds credentials"
    if entry.name.startswith("config") and is_link and _in_git(folder):
        return "it is a link in place of a git configuration"
    if not (is_link or is_dir or entry.is_file(follow_symlinks=False)):
        return "it is a FIFO, a socket or a device"
    return None


def _copy_one(path: str, source: Path, target: Path, owner: tuple[int, int] | None) -> Iterator[str]:
    if source.is_symlink():
        target.symlink_to(source.readlink())
        if owner:
            os.lchown(target, *owner)
        return
    if clean := _cleaner(path):
        content = source.read_bytes()
        cleaned = clean(content)
        target.write_bytes(cleaned)
        if cleaned != content:
            yield f"credentials were removed from {quote(path)} in the agent's copy"
    else:
        shutil.copyfile(source, target, follow_symlinks=False)
    _settle(source, target, owner)


def _settle(source: Path, target: Path, owner: tuple[int, int] | None) -> None:
    """Give a file or folder of the copy its owner, then its mode (chown may clear bits), then its times."""
    info = source.stat()
    if owner:
        os.chown(target, *owner)
    target.chmod(stat.S_IMODE(info.st_mode) & ~(stat.S_ISUID | stat.S_ISGID))
    os.utime(target, ns=(info.st_atime_ns, info.st_mtime_ns))


def _cleaner(path: str) -> Callable[[bytes], bytes] | None:
    """Return what has to be done to the content of this file; only git's own files are ever touched."""
    folder, _, name = path.rpartition("/")
    if not _in_git(folder):
        return None
    if name.startswith("config"):
        return _clean_config
    if name == "FETCH_HEAD" or "logs" in folder.split("/"):
        return _clean_lines
    return None


def _clean_config(content: bytes) -> bytes:
    return _clean_lines(content) if _REF.match(content) else strip_config(content)


def _clean_lines(content: bytes) -> bytes:
    return b"".join(_without_userinfo(line) for line in content.splitlines(keepends=True))


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorkspaceError(
            f"{quote(str(path))} cannot be copied for the agent: {error.strerror or error}",
            hint=_HINTS.get(error.errno or 0),
        ) from error


def _is_secret(section: bytes, name: bytes, token: re.Match[bytes]) -> bool:
    """Return whether an entry or a comment has to go; an entry before any section is none that git could read."""
    if token["comment"]:
        return bool(_SECRET_WORDS.search(token["comment"]))
    if not token["key"]:
        return False
    key = token["key"].lower()
    if not section or section in _SECRET_SECTIONS or key in _SECRET_KEYS or _SECRET_WORDS.search(key):
        return True
    return section == b"url" and any(text != _without_userinfo(text) for text in (name, _value_of(token)))


def _drop(kept: list[bytes], config: bytes, at: int) -> int:
    """Take back the indent of a dropped entry; return where to go on: behind its line, if no header stands on it."""
    if kept:
        kept[-1] = kept[-1].rstrip(b" \t")
        if not kept[-1]:
            kept.pop()
    end = _LINE_END.match(config, at)
    shares_line = bool(kept) and not kept[-1].endswith(b"\n")
    return at if shares_line or end is None else end.end()


def _without_userinfo_in(token: re.Match[bytes]) -> bytes:
    """Return a token as it stands or, where a URL in it has userinfo, written anew without that."""
    name, value, remark = _name_of(token), _value_of(token), token["remark"] or b""
    if name != _without_userinfo(name):
        return b"[" + token["section"] + b" " + _quoted(_without_userinfo(name)) + b"]"
    if value != _without_userinfo(value) or _SECRET_WORDS.search(remark):
        return bytes(token["key"]) + b" = " + _quoted(_without_userinfo(value))
    return token[0]


def _without_userinfo(text: bytes) -> bytes:
    def cut(url: re.Match[bytes]) -> bytes:
        is_login = url["scheme"].lower() in _SSH and b":" not in url["user"]
        return url[0] if is_login else url["scheme"]

    return _USERINFO.sub(cut, text)


def _name_of(header: re.Match[bytes]) -> bytes:
    r"""Return the subsection: there a backslash stands before any character and means nothing else."""
    return re.sub(rb"\\(.)", rb"\1", header["name"] or b"")


def _value_of(entry: re.Match[bytes]) -> bytes:
    """Return the value as git understands it: without quotes, escapes and line continuations."""
    return _ESCAPE.sub(
        lambda found: _UNESCAPED.get(found[1], found[1]) if found[1] else b"", entry["value"] or b""
    ).strip()


def _quoted(text: bytes) -> bytes:
    return b'"' + re.sub(rb'[\\"\n\t\b]', lambda found: _ESCAPED[found[0]], text) + b'"'
