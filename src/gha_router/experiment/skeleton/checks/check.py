"""What the agent never sees. It runs in a copy of what the agent left; its last line is what task.yml waits for."""

import os
import sys

sys.path.insert(0, os.getcwd())

from greeting import greet

EXPECTED = {
    "Ada": "Hello, Ada!",
    " Ada ": "Hello, Ada!",
    "": "Hello, stranger!",
    "  ": "Hello, stranger!",
}

for name, greeting in EXPECTED.items():
    found = greet(name)
    if found != greeting:
        sys.exit(f"greet({name!r}) is {found!r}, expected {greeting!r}")

print("all greetings hold")
