import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";
import { hasCode } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";

/** Says early, before anything is written, that a port is taken. 0 is always free. @throws NodeError PORT_IN_USE */
export async function checkPortFree(host: string, port: number): Promise<void> {
  if (port === 0) return;
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => {
      reject(
        hasCode(error, "EADDRINUSE")
          ? new NodeError({
              code: "PORT_IN_USE",
              message: `port ${port} of ${host} is in use by another program`,
              meta: { fix: "stop it, or choose another port with --rpc-port (0 takes a free one)" },
            })
          : error,
      );
    });
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

/**
 * Below the ports that systems give to outgoing connections (Linux from 32768, IANA from 49152): one of those may be free now
 * and be somebody's own end of a connection a moment later.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_767;
/** That so many at random are all taken means something else is wrong. */
const MAX_TAKEN = 200;

/** Ports that nobody has at this moment, all different: the servers that find them are closed together at the end. */
export async function freePorts(host: string, count: number): Promise<readonly number[]> {
  const servers = new Map<number, Server>();
  try {
    for (let taken = 0; servers.size < count; ) {
      const port = randomInt(FIRST_PORT, LAST_PORT + 1);
      const server = createServer();
      try {
        await listen(server, port, host);
        servers.set(port, server);
      } catch (error) {
        if (!hasCode(error, "EADDRINUSE") || ++taken > MAX_TAKEN) throw error;
      }
    }
    return [...servers.keys()];
  } finally {
    for (const server of servers.values()) server.close();
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}
