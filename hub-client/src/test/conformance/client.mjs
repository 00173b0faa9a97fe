// The official JavaScript client against the hub that runs at the first argument.
// Arguments: URL, token, directory for the cache. Every failed expectation ends with exit 1.
// With "offline", a cache and a commit instead, reads what Java fetched without any server.
import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";
import * as hub from "@huggingface/hub";

if (process.argv[2] === "offline") {
  const [cacheDir, revision] = process.argv.slice(3);
  const cached = { repo: "acme/from-java", revision, cacheDir, hubUrl: "http://127.0.0.1:1" };
  const config = await hub.downloadFileToCacheDir({ ...cached, path: "adapter_config.json" });
  assert.equal(await readFile(config, "utf8"), '{"by":"java"}');
  const file = await hub.downloadFileToCacheDir({ ...cached, path: "adapter_model.safetensors" });
  assert.equal((await readFile(file)).length, 100_000);
  console.log("conformance: all expectations held");
  process.exit(0);
}

const [hubUrl, accessToken, cacheDir] = process.argv.slice(2);
const repo = { type: "model", name: "acme/from-js" };
const common = { repo, hubUrl, accessToken };
const weights = new Uint8Array(100_000).map((_, i) => (i * 31) & 255);

await hub.createRepo(common);
await assert.rejects(hub.createRepo(common), (e) => e.statusCode === 409);
await hub.uploadFile({
  ...common,
  file: { path: "adapter_config.json", content: new Blob(['{"peft_type":"FOURIERFT"}']) },
});
await hub.uploadFiles({
  ...common,
  files: [
    { path: "adapter_model.safetensors", content: new Blob([weights]) },
    { path: "sub/note.txt", content: new Blob(["a note"]) },
    { path: "gone.txt", content: new Blob(["soon gone"]) },
  ],
});
await hub.deleteFile({ ...common, path: "gone.txt" });

const listed = [];
for await (const file of hub.listFiles({ ...common, recursive: true })) listed.push(file.path);
assert.deepEqual(listed.sort(), [
  ".gitattributes", "adapter_config.json", "adapter_model.safetensors", "sub/note.txt",
]);
const blob = await hub.downloadFile({ ...common, path: "adapter_model.safetensors" });
assert.deepEqual(new Uint8Array(await blob.arrayBuffer()), weights);
assert.equal(await hub.downloadFile({ ...common, path: "missing" }), null);
assert.equal(await hub.fileExists({ ...common, path: "sub/note.txt" }), true);
assert.equal(await hub.repoExists(common), true);
await hub.createBranch({ ...common, branch: "dev" });

// What Java published.
const java = { ...common, repo: { type: "model", name: "acme/from-java" } };
const config = await hub.downloadFile({ ...java, path: "adapter_config.json" });
assert.equal(await config.text(), '{"by":"java"}');
const snapshot = await hub.snapshotDownload({ ...java, cacheDir });
assert.equal(await readFile(snapshot + "/adapter_config.json", "utf8"), '{"by":"java"}');

const models = [];
for await (const model of hub.listModels({ hubUrl, accessToken, search: { owner: "acme" } })) {
  models.push(model.name);
}
assert.deepEqual(models.sort(), ["acme/from-java", "acme/from-js"]);

const doomed = { ...common, repo: { type: "model", name: "acme/doomed" } };
await hub.createRepo(doomed);
await hub.deleteRepo(doomed);
assert.equal(await hub.repoExists(doomed), false);
console.log("conformance: all expectations held");
