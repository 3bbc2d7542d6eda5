"""A newcomer's mistakes, each made for real: the command is run, and what it says is what is shown."""
