"""The stripper of git's configuration, held against git itself where it is installed."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.agent.workspace import strip_config

TOKEN = "S3CR3T"
CHECKOUT = b"""[core]
\trepositoryformatversion = 0
\tbare = false
[remote "origin"]
\turl = https://github.com/o/r
\tfetch = +refs/heads/*:refs/remotes/origin/*
[branch "main"]
\tremote = origin
\tmerge = refs/heads/main
"""


def test_a_configuration_without_credentials_stays_byte_for_byte() -> None:
    assert strip_config(CHECKOUT) == CHECKOUT


@pytest.mark.parametrize(
    "kept",
    [
        b'[url "git@github.com:"]\n\tinsteadOf = https://github.com/\n',
        b'[remote "o"]\n\turl = git@github.com:o/r.git\n',
        b'[remote "o"]\n\turl = ssh://git@github.com/o/r.git\n',
        b"[user]\n\tname = A \\\n  B ; comment\n\temail = a@b.c\n",
        b"# a comment\n; another\n[a]\n\n\n  b\n",
        b"[a]\r\n\tb = 1\r\n",
        b'\xef\xbb\xbf[a "x\\"y"] b = "q # no comment" # a comment\n',
        b"[a.b]\n\tc = no end of line",
        b'[filter "lfs"]\n\tclean = git-lfs clean -- %f\n',
        b"",
    ],
)
def test_what_holds_no_credential_is_kept(kept: bytes) -> None:
    assert strip_config(kept) == kept


@pytest.mark.parametrize(
    "dropped",
    [
        b'[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic S3CR3T\n',
        b"[HTTP]\n\tExtraHeader=S3CR3T\n",
        b'[http "https://github.com/"] extraheader = S3CR3T\n',
        b"[http]\n\textraheader = AUTHORIZATION: \\\n basic S3CR3T\n",
        b'[http]\n\textraheader = "a\\\nS3CR3T" ; S3CR3T token\n',
        b"[http]\n\tcookieFile = /S3CR3T\n",
        b"[credential]\n\thelper = !echo S3CR3T\n",
        b'[credential "https://h"]\n\tusername = S3CR3T\n',
        b"[credential.https]\n\tusername = S3CR3T\n",
        b'[url "https://x:S3CR3T@h/"]\n\tinsteadOf = https://h/\n',
        b'[url "https:\\//x:S3CR3T@h/"]\n\tinsteadOf = https://h/\n',
        b'[url "https://h/"]\n\tinsteadOf = https://x:S3CR3T@h/\n',
        b"[core]\n\tsshCommand = ssh -i S3CR3T\n",
        b"[core]\n\thooksPath = S3CR3T\n",
        b"[core]\n\tfsmonitor = S3CR3T\n",
        b"[core]\n\taskPass = S3CR3T\n",
        b"[include]\n\tpath = S3CR3T\n",
        b'[includeIf "gitdir:/x"]\n\tpath = S3CR3T\n',
        b"[sendemail]\n\tsmtpPass = S3CR3T\n",
        b"[github]\n\toauth-token = S3CR3T\n",
        b"# extraheader = S3CR3T\n",
        b"; url = https://x:S3CR3T@h/\n",
        b"extraheader = S3CR3T\n",
        b'[a]\n\tb = "no end S3CR3T\n',
        b"[a]\n\tb = \\q S3CR3T\n",
        b"[a\n\tb = S3CR3T\n",
    ],
)
def test_what_holds_a_credential_is_left_out_and_what_follows_stays(dropped: bytes) -> None:
    stripped = strip_config(CHECKOUT + dropped)
    assert TOKEN.encode() not in stripped
    assert stripped.startswith(CHECKOUT)


@pytest.mark.parametrize(
    ("written", "left"),
    [
        (b"https://x-access-token:S3CR3T@h/r", b"https://h/r"),
        (b"https://S3CR3T@h/r", b"https://h/r"),
        (b"https://x:S3\\\nCR3T@h/r", b"https://h/r"),
        (b'https:"//x:S3"CR3T@h/r', b"https://h/r"),
        (b'"https://x:S3CR3T@h/r"', b"https://h/r"),
        (b"https://a@x:S3CR3T@h/r", b"https://h/r"),
        (b"HTTP://x:S3CR3T@h", b"HTTP://h"),
        (b"ssh://git:S3CR3T@h/r", b"ssh://h/r"),
        (b"https://h/r # https://x:S3CR3T@h", b"https://h/r"),
    ],
)
def test_userinfo_is_cut_out_of_a_url_and_the_lines_around_it_stay(written: bytes, left: bytes) -> None:
    around = b'[remote "o"]\n\tprune = true\n', b"\n\tfetch = x\n"
    assert strip_config(around[0] + b"\turl = " + written + around[1]) == (
        around[0] + b'\turl = "' + left + b'"' + around[1]
    )


def test_an_entry_between_others_goes_with_its_line() -> None:
    config = b"[core]\n\tbare = false\n\tsshCommand = a \\\n\t\tb\n\n\tfilemode = true\n"
    assert strip_config(config) == b"[core]\n\tbare = false\n\n\tfilemode = true\n"


def test_after_a_line_that_git_cannot_read_nothing_is_kept() -> None:
    assert strip_config(b"[a]\n\tb = 1\n!\n[http]\n\tx = S3CR3T\n") == b"[a]\n\tb = 1\n"


def test_a_long_broken_file_costs_linear_time() -> None:
    assert strip_config(b'[a]\n\tb = "' + b"x\\\\" * 500_000) == b"[a]\n\t"


# A grammar of configurations: lines that must stay, and lines that hold the token, in any order.

WORDS = st.text("abcxyz019", min_size=1, max_size=8)
BLANK = st.sampled_from(["", "\t", "  "])
SECTIONS = st.one_of(st.sampled_from(["[core]\n", "[user]\n", "[Remote.x]\n"]), WORDS.map('[remote "{}"]\n'.format))
PLAIN = st.one_of(
    st.builds("{}k{} = {}\n".format, BLANK, WORDS, WORDS),
    st.builds('{}k{}="{} # {}"\n'.format, BLANK, WORDS, WORDS, WORDS),
    st.builds("{}k{} = {}\\\n {} ; {}\n".format, BLANK, WORDS, WORDS, WORDS, WORDS),
    st.builds("{}# {}\n".format, BLANK, WORDS),
    st.builds("{}url = https://{}/{}\n".format, BLANK, WORDS, WORDS),
)
SECRET = st.sampled_from(
    [
        f"\textraheader = x {TOKEN}\n",
        f"\tExtraHeader = x \\\n\t{TOKEN}\n",
        f'  sshCommand="{TOKEN}\\\n"\n',
        f"hooksPath={TOKEN}\r\n",
        f"\t; password {TOKEN}\n",
        f"\tapi-token = {TOKEN}",
    ]
).map(lambda line: line if line.endswith("\n") else line + "\n")
LINES = st.lists(st.tuples(st.booleans(), st.one_of(SECTIONS, PLAIN), SECRET), max_size=12)


@given(SECTIONS, LINES)
def test_exactly_the_secret_lines_go(first: str, lines: list[tuple[bool, str, str]]) -> None:
    config = first + "".join(secret if is_secret else plain for is_secret, plain, secret in lines)
    expected = first + "".join(plain for is_secret, plain, _ in lines if not is_secret)
    assert strip_config(config.encode()) == expected.encode()


@given(st.binary(max_size=60), st.sampled_from([b"[core]\n", b'[remote "o"]\n', b""]))
def test_stripping_again_changes_nothing(noise: bytes, head: bytes) -> None:
    once = strip_config(head + b"\turl = https://a:b@c/d\n" + noise)
    assert strip_config(once) == once
    assert b"a:b@c" not in once


@pytest.mark.skipif(shutil.which("git") is None, reason="git is the judge here")
@pytest.mark.parametrize(
    "written",
    [
        b'[remote "o"]\n\turl = https://x:S3CR3T@h/r ; c\n',
        b'[remote "o\\"p\\q"]\n\turl = "https://x:S3CR3T@h/a b\\tc\\\\d"\n',
        b'[remote "https://x:S3CR3T@h/r"] prune\n\turl = ht\\\ntps://x:S3CR3T@h/"#"r\\"\n',
        b'[http "https://h/"] extraheader = S3CR3T\n\tproxy = http://u:S3CR3T@p:1/\n[user]\n\tname = \xc3\xa4\n',
    ],
)
def test_git_reads_the_rest_as_before(tmp_path: Path, written: bytes) -> None:
    def listed(content: bytes) -> list[str]:
        (tmp_path / "config").write_bytes(content)
        command = ["git", "config", "--file", str(tmp_path / "config"), "--list", "-z"]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path)
        return done.stdout.split("\0")

    before = [entry for entry in listed(written) if "extraheader" not in entry]
    cut = [entry.replace("x:S3CR3T@", "").replace("u:S3CR3T@", "") for entry in before]
    assert listed(strip_config(written)) == cut
