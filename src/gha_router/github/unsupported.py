"""Inputs that a workflow may hold and this version does not act on: each says so when it is used.

``NO_EFFECT`` is left out with one warning. ``REFUSED`` ends the run: to go on as if nothing had been said would be
unsafe, because it limits the agent, decides where its words go, or is the work itself. action.yml says the same.
"""

from collections.abc import Mapping

NO_COMMENTS = "this version writes no comments but the report"
NO_TEMPLATES = "a new branch is called `branch_prefix`, then `gha-router-` and the numbers of run and commit"
NO_SIGNING = "this version signs no commits"
NO_TRIGGERS = "this version runs whenever the workflow does: use an `if:` on the job"
NO_FEDERATION = "this version takes no federated identity: give `anthropic_api_key` or `claude_code_oauth_token`"
IN_THE_IMAGE = "the image brings its own"

NO_EFFECT: Mapping[str, str] = {
    "trigger_phrase": NO_TRIGGERS,
    "assignee_trigger": NO_TRIGGERS,
    "label_trigger": NO_TRIGGERS,
    "branch_name_template": NO_TEMPLATES,
    "allowed_non_write_users": "this version does not look at who has write access: use an `if:` on the job",
    "include_comments_by_actor": "this version gives the agent no comments",
    "exclude_comments_by_actor": "this version gives the agent no comments",
    "anthropic_federation_rule_id": NO_FEDERATION,
    "anthropic_organization_id": NO_FEDERATION,
    "anthropic_service_account_id": NO_FEDERATION,
    "anthropic_workspace_id": NO_FEDERATION,
    "anthropic_oidc_audience": NO_FEDERATION,
    "additional_permissions": "the agent has no access to GitHub in this version",
    "classify_inline_comments": NO_COMMENTS,
    "use_commit_signing": NO_SIGNING,
    "ssh_signing_key": NO_SIGNING,
    "include_fix_links": NO_COMMENTS,
    "path_to_claude_code_executable": IN_THE_IMAGE,
    "path_to_bun_executable": IN_THE_IMAGE,
    "show_full_output": "whole conversations are in the files that `execution_file` and `out` name, not in the log",
    "plugins": "this version installs no plugins",
    "plugin_marketplaces": "this version installs no plugins",
}

REFUSED: Mapping[str, str] = {
    "settings": "Settings may forbid the agent something. Remove the input, and say with `checks` what must hold.",
    "use_bedrock": "Nothing would go to Bedrock. Remove it, and give a provider's key instead.",
    "use_vertex": "Nothing would go to Vertex AI. Remove it, and give a provider's key instead.",
    "use_foundry": "Nothing would go to Foundry. Remove it, and give a provider's key instead.",
}
