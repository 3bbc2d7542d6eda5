"""Draw reports as GitHub shows them, from the files that the tests hold them to, into docs/pictures.

cmark-gfm makes the page, GitHub's own style sheet dresses it, mermaid draws its diagrams (both from npm, in a folder of
this machine), a headless Chromium looks at it. Alerts, which GitHub makes after rendering, are made here.
"""

import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.rendered import html as rendered

GOLDEN, PICTURES = ROOT / "tests" / "golden" / "report", ROOT / "docs" / "pictures"
SOURCES = PICTURES / "sources.json"
PACKAGES = ("github-markdown-css@5.9.0", "mermaid@11.12.0")
WIDTH = 980  # pixels of a comment on a wide screen
LIMIT = 200_000  # bytes of a picture

# What is drawn, and the folds that a reader has opened.
DRAWN = {
    "comment-contradicted": ("Claims",),
    "comment-escalation": ("Where the money went", "Fallbacks"),
    "summary-verified": ("Beside the top tier",),
    "comment-hostile": ("What the agents said",),
}
ALERT = re.compile(r"<blockquote>\s*<p>\[!WARNING\]\s*(.*?)</blockquote>", re.DOTALL)
DIAGRAM = re.compile(r'<pre lang="mermaid"><code>(.*?)</code></pre>', re.DOTALL)
PAGE = """<!doctype html><meta charset="utf-8">
<link rel="stylesheet" href="{packages}/github-markdown-css/github-markdown-light.css">
<style>body {{ margin: 0; padding: 16px 24px; background: #fff; width: {width}px; box-sizing: border-box }}
.markdown-body {{ border: 1px solid #d1d9e0; border-radius: 6px; padding: 16px; font-size: 14px }}
.mermaid {{ background: #fff !important; text-align: center; max-width: 620px }}</style>
<article class="markdown-body">{body}</article>
<script src="{packages}/mermaid/dist/mermaid.min.js"></script>
<script>mermaid.initialize({{startOnLoad: false}}); mermaid.run().finally(() => {{
  document.documentElement.dataset.height = Math.ceil(document.body.getBoundingClientRect().height);
  document.documentElement.dataset.errors = document.querySelectorAll('[aria-roledescription=error]').length;
}})</script>"""


def digests() -> dict[str, str]:
    """Return what each picture was made of, by its name."""
    return {name: hashlib.sha256((GOLDEN / f"{name}.md").read_bytes()).hexdigest() for name in DRAWN}


def page(markdown: str, opened: tuple[str, ...], packages: Path) -> str:
    """Return the page of a report, with these folds open."""
    body = ALERT.sub(_alert, rendered(markdown))
    body = DIAGRAM.sub(r'<pre class="mermaid">\1</pre>', body)
    for title in opened:
        start = f"<details><summary>{html.escape(title)}"
        body = body.replace(start, start.replace("<details>", "<details open>"))
    return PAGE.format(packages=packages, width=WIDTH, body=body)


def _alert(found: re.Match[str]) -> str:
    title = '<p class="markdown-alert-title">⚠ Warning</p>'
    return f'<div class="markdown-alert markdown-alert-warning">{title}<p>{found[1]}</div>'


def installed() -> Path:
    """Return the folder of the packages; npm brings them once."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gha-router-pictures"
    if not (folder / "node_modules" / "mermaid").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        command = ("npm", "install", "--silent", "--no-fund", "--no-audit", "--ignore-scripts", "--no-package-lock")
        subprocess.run((*command, "--prefix", folder, *PACKAGES), check=True)
    return folder / "node_modules"


def draw(file: Path, picture: Path) -> None:
    """Write the picture of a page, as high as the page is."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        raise SystemExit("there is no chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory() as profile:
        command = (browser, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
                   "--hide-scrollbars", "--virtual-time-budget=8000", f"--user-data-dir={profile}")  # fmt: skip
        seen = subprocess.run(
            (*command, f"--window-size={WIDTH},2000", "--dump-dom", file.as_uri()),
            check=True, capture_output=True, text=True, timeout=90,
        ).stdout  # fmt: skip
        measured = re.search(r'data-height="(\d+)" data-errors="0"', seen)
        if measured is None:
            raise SystemExit(f"{file} could not be drawn: mermaid does not read one of its diagrams")
        subprocess.run(
            (*command, f"--window-size={WIDTH},{measured[1]}", f"--screenshot={picture}", file.as_uri()),
            check=True, capture_output=True, timeout=90,
        )  # fmt: skip
    if picture.stat().st_size > LIMIT:
        raise SystemExit(f"{picture} has {picture.stat().st_size:,} bytes, more than {LIMIT:,}")


def main() -> None:
    """Draw them all."""
    packages = installed()
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, opened in DRAWN.items():
            file = Path(folder) / f"{name}.html"
            file.write_text(
                page((GOLDEN / f"{name}.md").read_text(encoding="utf-8"), opened, packages), encoding="utf-8"
            )
            draw(file, PICTURES / f"{name}.png")
            print(f"docs/pictures/{name}.png")
    SOURCES.write_text(json.dumps(digests(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
