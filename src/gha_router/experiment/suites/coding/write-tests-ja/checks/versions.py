"""Version numbers such as 1.4.0 and 2.0.0-rc1."""

import re

FORM = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?:-rc(\d+))?", re.ASCII)


def parse(text):
    """Return a version as something that sorts: newer versions are larger.

    A leading v and blanks around it do not matter, and 1.4 is 1.4.0. Numbers are compared as numbers: 1.10 is newer than
    1.9. A release candidate (-rcN) is older than its release and newer than every version before that.
    Raises ValueError for anything else.
    """
    found = FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no version")
    major, minor, patch, candidate = found.groups()
    return (int(major), int(minor), int(patch or 0), candidate is None, int(candidate or 0))


def newest(texts, *, candidates=False):
    """Return the newest version, as it was written; of equal ones the first. None when there is none.

    Release candidates count only with ``candidates``.
    """
    kept = [text for text in texts if candidates or parse(text)[3]]
    return max(kept, key=parse, default=None)
