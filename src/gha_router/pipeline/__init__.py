"""Runs steps: a fresh copy, an agent, then checks and claims against three meters; escalates; carries back."""
