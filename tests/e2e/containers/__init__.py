"""Containers for the end-to-end tests: local base images, the image, the action as the runner runs it, and act."""
