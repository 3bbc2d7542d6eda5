"""What looks like the path of a file in prose: ``report.md``, ``out/x.json``, ``./a``, ``Makefile``."""

import re

from gha_router.claims.words import words

# One run of characters that a path without spaces has; `//` begins the rest of an address, not a path.
BARE = re.compile(r"(?<![A-Za-z0-9_./@+~\-])(?!//)[A-Za-z0-9_./@+~\-]{1,300}(?![A-Za-z0-9_./@+~\-])", re.ASCII)

_EXTENSIONS = words(
    "bak bash bin bz2 c cc cfg cjs clj conf cpp cs css csv dat db diff doc docx env erl ex exs gif go gradle "
    "graphql gz h hpp hs htm html ini ipynb jar java jpeg jpg js json jsonl jsx key kt less lock log lua md mdx mjs "
    "ml mod out parquet patch pdf php pl png proto ps1 py pyi r rb rs rst scala scss sh sql sqlite sum svelte svg "
    "swift tar tex text tf tmp toml ts tsv tsx txt vue wasm webp whl xls xlsx xml yaml yml zip zsh"
)
_NAMES = words(
    "AUTHORS CHANGELOG CODEOWNERS CONTRIBUTING Containerfile Dockerfile Gemfile Jenkinsfile Justfile LICENSE "
    "Makefile NOTICE Procfile README Rakefile Vagrantfile"
)
_PRODUCTS = words("d3.js express.js next.js node.js nuxt.js react.js three.js vue.js")
_EXTENSION = re.compile(r"[^./]\.([A-Za-z][A-Za-z0-9]{0,9})$", re.ASCII)
_QUOTABLE = re.compile(r"[^\s()\[\]{}<>\"'`|;,*?$=]{1,300}")
_ROUTE = re.compile(r"/[A-Za-z0-9_\-]{1,60}")  # `/health`: a place of an API, or a folder
_DOTFILE = re.compile(r"(?:^|/)\.[A-Za-z][\w.\-]{1,60}$", re.ASCII)


def is_bare_path(word: str) -> bool:
    """Return whether a word of a sentence, without any quotes around it, is meant as a file."""
    extension = _EXTENSION.search(word)
    if extension:
        return extension[1].lower() in _EXTENSIONS and word.lower() not in _PRODUCTS
    return word in _NAMES or (word.startswith(("./", "../", "~/", "/")) and word[-1] not in "/.")


def is_quoted_path(content: str) -> bool:
    """Return whether what stands in quotes or backticks is meant as a file; a folder ends with ``/`` and is none."""
    if (
        not _QUOTABLE.fullmatch(content)
        or "://" in content
        or content.endswith(("/", "."))
        or _ROUTE.fullmatch(content)
    ):
        return False
    return bool(
        content in _NAMES or "/" in content or _EXTENSION.search(content) or _DOTFILE.search(content),
    )
