"""Verifies a run that has been made already: by another action, or by us and kept.

Nothing in here asks an agent for anything: the checks are made again, on the files, and the claims are held against
what is left of the meters. What is missing is said, and nothing passes on it.
"""
