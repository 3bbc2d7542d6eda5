"""What the cache costs: ``python -m bench.cache``."""
