"""Reads the source: short public functions, a helper, and clearly less code than before."""

import ast
import os
from pathlib import Path

PUBLIC = ("to_csv", "to_tsv", "to_pipes")
SHARE = 0.8  # of the syntax that there was


def size(tree):
    return sum(1 for node in ast.walk(tree) if isinstance(node, (ast.stmt, ast.expr)))


before = ast.parse(Path(os.environ["CHECKS_DIR"], "before.py").read_text(encoding="utf-8"))
after = ast.parse(Path("exports.py").read_text(encoding="utf-8"))
functions = {node.name: node for node in after.body if isinstance(node, ast.FunctionDef)}
old = {node.name: node for node in before.body if isinstance(node, ast.FunctionDef)}
for name in PUBLIC:
    assert name in functions, f"{name} is gone"
    body = functions[name].body
    assert ast.get_docstring(functions[name]) == ast.get_docstring(old[name]), f"the docstring of {name} is another"
    inner = [node for node in ast.walk(functions[name]) if isinstance(node, ast.stmt)][1:]
    assert len(body) <= 3 and len(inner) <= 5, f"{name} has {len(body) - 1} statements, {len(inner) - 1} with inner ones"
    assert ast.dump(functions[name].args) == ast.dump(old[name].args), f"the parameters of {name} are others"
helpers = [name for name in functions if name.startswith("_")]
assert helpers, "there is no helper"
used = {node.id for name in PUBLIC for node in ast.walk(functions[name]) if isinstance(node, ast.Name)}
shared = [name for name in helpers if name in used]
assert shared, "no public function uses a helper"
assert size(after) <= SHARE * size(before), f"{size(after)} pieces of syntax, {size(before)} before"

print("the shape holds")
