"""An agent that tries to pass without doing the work, and one that does it."""
