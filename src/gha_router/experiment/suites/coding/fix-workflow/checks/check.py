"""The condition of `publish`, and that the other jobs got no permission; read as text, since Python has no YAML."""

import re
from pathlib import Path

text = Path(".github/workflows/ci.yml").read_text(encoding="utf-8")
jobs = dict(re.findall(r"(?m)^  ([\w-]+):\n((?:    .*\n|\s*\n)+)", text.split("\njobs:", 1)[1] + "\n"))
assert set(jobs) == {"test", "lint", "publish"}, sorted(jobs)
publish = re.sub(r"(?m)\s+#.*$", "", jobs["publish"])
found = re.search(r"(?m)^    if:\s*(.+(?:\n      .*)*)$", publish)
assert found, "publish has no condition"
condition = " ".join(found[1].split())
for word in ("always()", "failure()", "cancelled()"):
    assert word not in condition, f"publish runs in spite of a failure: {condition}"
assert re.search(r"github\.ref\s*==\s*'refs/heads/main'|github\.ref_name\s*==\s*'main'", condition), condition
assert "||" not in condition, f"publish also runs in another case: {condition}"
push = re.search(r"github\.event_name\s*==\s*'push'", condition) or "github.ref ==" in condition
assert push, f"not for pushes alone: {condition}"
for job in ("test", "lint"):
    assert "permissions" not in jobs[job], f"{job} has permissions of its own"

print("the condition holds")
