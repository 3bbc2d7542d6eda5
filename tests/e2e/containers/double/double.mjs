// A GitHub API on loopback: github-api-simulator, which validates requests against GitHub's OpenAPI description.
// usage: node double.mjs NUMBER BASE_SHA HEAD_SHA
// One pull request is there, of o/r: GitHub's own example of an answer, with these commits. Prints "up URL".
import { createServer } from "node:net";
import { simulation } from "@simulacrum/github-api-simulator";

const [number, base, head] = process.argv.slice(2);
const port = await new Promise((done) => {
  const trial = createServer().listen(0, "127.0.0.1", () => {
    const { port } = trial.address();
    trial.close(() => done(port));
  });
});
const missing = { message: "Not Found", documentation_url: "https://docs.github.com/rest", status: "404" };

const pull = async (c, _request, response) => {
  const { owner, repo, pull_number } = c.request.params;
  if (`${owner}/${repo}#${pull_number}` !== `o/r#${number}`) return response.status(404).json(missing);
  const { mock } = c.api.mockResponseForOperation(c.operation.operationId);
  const text = JSON.stringify(mock).replaceAll("octocat/Hello-World", "o/r").replaceAll("1347", number);
  const found = JSON.parse(text);
  found.base.sha = base;
  found.head.sha = head;
  return response.status(200).json(found);
};

const app = simulation({
  initialState: {
    users: [{ login: "me", organizations: ["o"] }],
    organizations: [{ login: "o" }],
    repositories: [{ owner: "o", name: "r" }],
    branches: [],
    blobs: [],
  },
  extend: { openapiHandlers: () => ({ "pulls/get": pull }) },
});
await app.listen(port, "127.0.0.1");
console.log("up", `http://127.0.0.1:${port}`);
