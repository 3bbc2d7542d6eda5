"""OpenAI's Codex CLI: found, configured, started, its events read as a transcript. See docs/agents.md."""
