"""Translation between Anthropic's Messages API and OpenAI's Responses API: pure, no I/O, no clock."""
