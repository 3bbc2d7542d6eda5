"""The trap suite: what gateways break between Claude Code and a model, as cases against any gateway by its URL."""
