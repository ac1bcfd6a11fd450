import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { NodeClient, socketAddress } from "../../../src/cli/nodeClient.js";

describe("client of a node", () => {
  it("many requests that one signal can end give no warning of a leak, and it ends them all", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lucid-client-"));
    let asked = 0;
    let allAsked = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      allAsked = resolve;
    });
    // Never answers.
    const server = createServer(() => {
      if (++asked === 16) allAsked();
    });
    const path = join(folder, "node.sock");
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const client = new NodeClient(socketAddress(path));
    const warnings: string[] = [];
    const onWarning = ({ name }: Error): void => void warnings.push(name);
    process.on("warning", onWarning);
    try {
      const abort = new AbortController();
      const requests = Array.from({ length: 16 }, (_, i) =>
        client.getChunk(new Uint8Array(32).fill(i), { signal: abort.signal }),
      );
      const ends = Promise.all(requests.map((request) => assert.rejects(request, { code: "INTERRUPTED" })));
      await waiting;
      abort.abort();
      await ends;
      await setImmediate();
      assert.deepEqual(warnings, []);
    } finally {
      process.off("warning", onWarning);
      client.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    }
  });
});
