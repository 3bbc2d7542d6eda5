"""Payloads in GitHub's form, with the members that matter: octokit's published examples have these and many more."""

import dataclasses
from typing import Any

from gha_router.config import Config, parse
from gha_router.github.context import Context, read_context

CONFIG = """\
version: 1
models: {opus: sim/honest, sonnet: sim/oracle, docs: sim/nop}
tiers: {0: [opus], 1: [sonnet]}
budget: {run_usd: 2.00}
comments: {bots: ["Renovate[bot]"], per_user_day: 3, per_day: 10}
"""
TIME = "2026-05-01T12:00:00Z"


def config(text: str = CONFIG) -> Config:
    return parse(text, name="test", env={})


def comment(body: str | None, *, number: int = 5, login: str = "mona", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "body": body,
        "user": {"login": login, "id": 9, "type": "Bot" if login.endswith("[bot]") else "User"},
        "author_association": "OWNER",
        "created_at": TIME,
        "updated_at": TIME,
        "performed_via_github_app": None,
        "reactions": {"total_count": 0, "eyes": 0, "rocket": 0},
        **more,
    }


def on_pull(body: str | None, *, action: str = "created", **more: Any) -> dict[str, Any]:
    issue = {"number": 7, "state": "open", "pull_request": {"url": "https://api.github.com/repos/o/r/pulls/7"}}
    return {"action": action, "issue": issue, "comment": comment(body, **more), "sender": {"login": "mona"}}


def on_issue(body: str | None, **more: Any) -> dict[str, Any]:
    payload = on_pull(body, **more)
    del payload["issue"]["pull_request"]
    return payload


def context(payload: dict[str, Any], event: str = "issue_comment", **env: str) -> Context:
    """The context of a payload that was read."""
    bare = read_context({"GITHUB_EVENT_NAME": event, "GITHUB_REPOSITORY": "o/r", **env})
    return dataclasses.replace(bare, payload=payload, payload_fault=None)
