"""One module for each meter that a claim is held against. Unknown is ``None``; a meter never guesses."""
