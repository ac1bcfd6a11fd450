import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** A port of 127.0.0.1 that nobody holds at the moment. */
export async function freePort(): Promise<number> {
  for (;;) {
    // Below the ports of outgoing connections: another connection may take one of those in the next moment.
    const port = randomInt(20_000, 32_768);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (free) return port;
  }
}
