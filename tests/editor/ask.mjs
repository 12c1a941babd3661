// Asks yaml-language-server what an editor would: reads `{folder, asks: [{file, hover, complete}]}` from standard input, a
// place being `[line, column]` from 0, and writes for each the diagnostics, the hover text and the completions.
// It asks no network: the schema is the file that each text names in its first line, and the schema store is off.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { folder, asks } = JSON.parse(readFileSync(0, "utf8"));
const manifest = createRequire(import.meta.url).resolve("yaml-language-server/package.json");
const server = spawn(process.execPath, [join(manifest, "..", "bin", "yaml-language-server"), "--stdio"], {
  stdio: ["pipe", "pipe", "inherit"],
});
const settings = {
  yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false }, format: { enable: false } },
};

let count = 0;
const waiting = new Map();
const told = new Map();

function send(message) {
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
  server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
  server.stdin.write(body);
}

function ask(method, params) {
  count += 1;
  const id = count;
  send({ id, method, params });
  return new Promise((resolve) => waiting.set(id, resolve));
}

function take(message) {
  if (message.method === "workspace/configuration") {
    send({ id: message.id, result: message.params.items.map((item) => settings[item.section] ?? null) });
  } else if (message.method === "textDocument/publishDiagnostics") {
    told.get(message.params.uri)?.(message.params.diagnostics);
  } else if (message.method && message.id !== undefined) {
    send({ id: message.id, result: null });
  } else if (message.id !== undefined) {
    waiting.get(message.id)?.(message.result ?? { error: message.error });
  }
}

let rest = Buffer.alloc(0);
server.stdout.on("data", (chunk) => {
  rest = Buffer.concat([rest, chunk]);
  for (;;) {
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(rest.subarray(0, end).toString())[1]);
    if (rest.length < end + 4 + length) return;
    const body = rest.subarray(end + 4, end + 4 + length).toString();
    rest = rest.subarray(end + 4 + length);
    take(JSON.parse(body));
  }
});

const rootUri = pathToFileURL(folder).href;
await ask("initialize", {
  processId: process.pid,
  rootUri,
  capabilities: { workspace: { configuration: true }, textDocument: { hover: { contentFormat: ["plaintext"] } } },
  workspaceFolders: [{ uri: rootUri, name: "files" }],
});
send({ method: "initialized", params: {} });
send({ method: "workspace/didChangeConfiguration", params: { settings } });

const out = [];
for (const { file, hover, complete } of asks) {
  const path = join(folder, file);
  const uri = pathToFileURL(path).href;
  const diagnostics = new Promise((resolve) => told.set(uri, resolve));
  const text = readFileSync(path, "utf8");
  send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "yaml", version: 1, text } } });
  const at = (place) => ({ textDocument: { uri }, position: { line: place[0], character: place[1] } });
  const answer = { file, diagnostics: (await diagnostics).map((d) => ({ line: d.range.start.line, message: d.message })) };
  if (hover) {
    const said = await ask("textDocument/hover", at(hover));
    answer.hover = said?.contents?.value ?? JSON.stringify(said);
  }
  if (complete) {
    const said = await ask("textDocument/completion", at(complete));
    answer.complete = (said?.items ?? said ?? []).map((item) => item.label).sort();
  }
  out.push(answer);
}
process.stdout.write(JSON.stringify(out));
await ask("shutdown", null);
send({ method: "exit" });
