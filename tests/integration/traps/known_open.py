KNOWN_OPEN: frozenset[str] = frozenset()
