import assert from "node:assert/strict";
import { createServer } from "node:net";
import { checkPortFree, freePorts } from "../../../src/cli/ports.js";

describe("free ports", () => {
  it("are different, below those of outgoing connections, and can be listened on", async () => {
    const ports = await freePorts("127.0.0.1", 40);
    assert.equal(new Set(ports).size, 40);
    assert.ok(ports.every((port) => port >= 20_000 && port < 32_768));
    for (const port of ports) await checkPortFree("127.0.0.1", port);
  });

  it("are none that somebody listens on", async () => {
    const [port = 0] = await freePorts("127.0.0.1", 1);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    try {
      await assert.rejects(checkPortFree("127.0.0.1", port), { code: "PORT_IN_USE" });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("that cannot be had are an error and not a search without end", async () => {
    await assert.rejects(freePorts("203.0.113.1", 1), { code: "EADDRNOTAVAIL" });
  });
});
