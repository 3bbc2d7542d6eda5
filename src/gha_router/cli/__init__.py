"""The command line: parse, build effects, call, exit code."""
