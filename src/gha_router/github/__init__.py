"""GitHub Actions, and nothing below it: what a workflow gives us, and what it gets back.

``inputs`` and ``context`` read; ``core`` (the log), ``outputs`` and ``summary`` (the runner's files) write.
"""
