// A GitHub API on loopback: github-api-simulator, which validates requests against GitHub's OpenAPI description.
// usage: node double.mjs NUMBER BASE_SHA HEAD_SHA
// One pull request is there, of o/r: GitHub's own example of an answer, with these commits. Prints "up URL".
// Comments and reactions are kept. Whose a request is its token says: "as-mona" is mona, any other the workflow's own.
// GET /_state shows what is kept, PUT /_state changes it: {head, fork} is a push to the pull request,
// {then: {reads: 2, head}} a push behind the second look at it,
// {runs: {1: {status: "in_progress"}}} are workflow runs, {drafts: false} a repository without drafts,
// {readOnly: true} a token that may not write, {crowd: [BEFORE, AFTER]} so many comments of others around those there are.
import { createServer } from "node:net";
import { simulation } from "@simulacrum/github-api-simulator";

const [number, base, head] = process.argv.slice(2);
const port = await new Promise((done) => {
  const trial = createServer().listen(0, "127.0.0.1", () => {
    const { port } = trial.address();
    trial.close(() => done(port));
  });
});
const url = `http://127.0.0.1:${port}`;
const missing = { message: "Not Found", documentation_url: "https://docs.github.com/rest", status: "404" };
const forbidden = { ...missing, message: "Resource not accessible by integration", status: "403" };
const state = { head, fork: false, comments: [], reactions: [], pulls: [], runs: {}, drafts: true, next: 100 };
const permissions = { boss: "admin", me: "write", "other-me": "write", reader: "read" };

const login = (request) => /as-([\w-]+(?:\[bot\])?)$/.exec(request.headers.authorization ?? "")?.[1] ?? "github-actions[bot]";
const user = (login) => ({
  login, id: 1, node_id: "U_1", avatar_url: "https://x/a", gravatar_id: "", url: "https://x/u", html_url: "https://x/u",
  followers_url: "https://x/f", following_url: "https://x/f", gists_url: "https://x/g", starred_url: "https://x/s",
  subscriptions_url: "https://x/s", organizations_url: "https://x/o", repos_url: "https://x/r", events_url: "https://x/e",
  received_events_url: "https://x/e", type: login.endsWith("[bot]") ? "Bot" : "User", site_admin: false,
});
const now = () => new Date().toISOString().replace(/\.\d+/, "");
const here = ({ owner, repo }) => `${owner}/${repo}` === "o/r";
const found = ({ comment_id }) => state.comments.find((one) => one.id === Number(comment_id));

const pull = async (c, _request, response) => {
  const { pull_number } = c.request.params;
  if (!here(c.request.params) || String(pull_number) !== number) return response.status(404).json(missing);
  if (state.then && state.then.reads-- === 0) Object.assign(state, { head: state.then.head, then: null });
  const { mock } = c.api.mockResponseForOperation(c.operation.operationId);
  const text = JSON.stringify(mock).replaceAll("octocat/Hello-World", "o/r").replaceAll("1347", number);
  const answer = JSON.parse(text);
  answer.base.sha = base;
  answer.head.sha = state.head;
  if (state.fork) answer.head.repo.full_name = "mona/r";
  return response.status(200).json(answer);
};

// The pull request again, as the list of somebody's branch has it.
const pulls = async (c, _request, response) => {
  if (!here(c.request.params)) return response.status(404).json(missing);
  const [owner, branch] = (c.request.query.head ?? "").split(":");
  const { mock } = c.api.mockResponseForOperation("pulls/get");
  const one = JSON.parse(JSON.stringify(mock).replaceAll("octocat/Hello-World", "o/r").replaceAll("1347", number));
  one.base.sha = base;
  one.head.sha = state.head;
  if (state.fork) one.head.repo.full_name = "mona/r";
  const ours = branch === one.head.ref && owner === (state.fork ? "mona" : "o");
  return response.status(200).json(ours ? [one] : []);
};

const open = async (c, _request, response) => {
  if (!here(c.request.params)) return response.status(404).json(missing);
  const wanted = c.request.requestBody;
  if (wanted.draft && !state.drafts) {
    const message = "Draft pull requests are not supported in this repository.";
    return response.status(422).json({ message, documentation_url: "https://docs.github.com/rest", errors: [{ message }] });
  }
  const { mock } = c.api.mockResponseForOperation("pulls/get");
  const opened = { ...mock, number: state.next++, title: wanted.title, body: wanted.body, draft: wanted.draft ?? false };
  state.pulls.push({ number: opened.number, ...wanted });
  return response.status(201).json(opened);
};

// A run that nobody described is not there; null in the place of its state: the token may not ask.
const run = async (c, _request, response) => {
  const found = state.runs[c.request.params.run_id];
  if (found === null) return response.status(403).json(forbidden);
  if (!found) return response.status(404).json(missing);
  const { mock } = c.api.mockResponseForOperation(c.operation.operationId);
  return response.status(200).json({ ...mock, id: Number(c.request.params.run_id), conclusion: null, ...found });
};

const cancel = async (c, _request, response) => {
  const found = state.runs[c.request.params.run_id];
  if (!found) return response.status(403).json(forbidden);
  if (found.status === "completed") return response.status(409).json({ message: "Cannot cancel a workflow run that is completed." });
  Object.assign(found, { status: "completed", conclusion: "cancelled" });
  return response.status(202).json({});
};

const permission = async (c, _request, response) => {
  if (!here(c.request.params)) return response.status(404).json(missing);
  const { username } = c.request.params;
  const level = permissions[username] ?? "none";
  return response.status(200).json({ permission: level, role_name: level, user: { ...user(username), role_name: level } });
};

const chatter = (first, count) => Array.from({ length: count }, (_, n) => ({
  id: first + n, body: "a word", user: user("mona"), created_at: now(), updated_at: now(),
  issue_url: `${url}/repos/o/r/issues/${number}`, performed_via_github_app: null,
}));

const create = async (c, request, response) => {
  if (!here(c.request.params)) return response.status(404).json(missing);
  if (state.readOnly) return response.status(403).json(forbidden);
  const id = state.next++;
  const issue = `${url}/repos/o/r/issues/${c.request.params.issue_number}`;
  const [at, none] = [now(), { total_count: 0, "+1": 0, "-1": 0, laugh: 0, confused: 0, heart: 0, hooray: 0, rocket: 0, eyes: 0 }];
  const comment = {
    id, node_id: `IC_${id}`, url: `${url}/repos/o/r/issues/comments/${id}`, issue_url: issue,
    html_url: `https://github.com/o/r/issues/${c.request.params.issue_number}#issuecomment-${id}`,
    body: c.request.requestBody.body, user: user(login(request)), created_at: at, updated_at: at,
    author_association: "NONE", performed_via_github_app: null, reactions: { url: `${issue}/reactions`, ...none },
  };
  state.comments.push(comment);
  return response.status(201).json(comment);
};

const list = (of) => async (c, _request, response) => {
  if (!here(c.request.params)) return response.status(404).json(missing);
  const { per_page = 30, page = 1, since = "" } = c.request.query;
  const all = of(c.request.params).filter((one) => one.updated_at >= since);
  const [first, last] = [(page - 1) * per_page, page * per_page];
  const more = new URL(c.request.path, url);
  more.search = new URLSearchParams({ ...c.request.query, page: String(Number(page) + 1) });
  if (last < all.length) response.set("Link", `<${more}>; rel="next"`);
  return response.status(200).json(all.slice(first, last));
};

const update = async (c, _request, response) => {
  const comment = found(c.request.params);
  if (!comment) return response.status(404).json(missing);
  if (state.readOnly) return response.status(403).json(forbidden);
  Object.assign(comment, { body: c.request.requestBody.body, updated_at: now() });
  return response.status(200).json(comment);
};

const one = async (c, _request, response) => {
  const comment = found(c.request.params);
  return comment ? response.status(200).json(comment) : response.status(404).json(missing);
};

const react = async (c, request, response) => {
  const [comment, by, { content }] = [found(c.request.params), login(request), c.request.requestBody];
  if (!comment) return response.status(404).json(missing);
  const old = state.reactions.find((one) => one.on === comment.id && one.by === by && one.content === content);
  const id = old?.id ?? state.next++;
  if (!old) {
    state.reactions.push({ id, on: comment.id, by, content });
    comment.reactions[content]++;
    comment.reactions.total_count++;
  }
  return response.status(old ? 200 : 201).json({ id, node_id: `RE_${id}`, user: user(by), content, created_at: now() });
};

const app = simulation({
  initialState: {
    users: [{ login: "me", organizations: ["o"] }],
    organizations: [{ login: "o" }],
    repositories: [{ owner: "o", name: "r" }],
    branches: [],
    blobs: [],
  },
  extend: {
    openapiHandlers: () => ({
      "pulls/get": pull,
      "pulls/list": pulls,
      "pulls/create": open,
      "actions/get-workflow-run": run,
      "actions/cancel-workflow-run": cancel,
      "repos/get-collaborator-permission-level": permission,
      "issues/create-comment": create,
      "issues/get-comment": one,
      "issues/update-comment": update,
      "issues/list-comments": list((of) => state.comments.filter((one) => one.issue_url.endsWith(`/${of.issue_number}`))),
      "issues/list-comments-for-repo": list(() => state.comments),
      "reactions/create-for-issue-comment": react,
    }),
    extendRouter: (router) => {
      // Of GraphQL only who asks: REST does not tell the tokens of apps.
      router.post("/graphql", (request, response) => response.json({ data: { viewer: { login: login(request) } } }));
      router.get("/_state", (_request, response) => response.json(state));
      router.put("/_state", (request, response) => {
        const { crowd = [], ...changed } = structuredClone(request.body);
        Object.assign(state, changed);
        const [before = 0, after = 0] = crowd;
        state.comments = [...chatter(1000, before), ...state.comments, ...chatter(5000, after)];
        response.json({});
      });
    },
  },
});
await app.listen(port, "127.0.0.1");
console.log("up", url);
