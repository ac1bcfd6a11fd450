import { type AddressInfo, createServer } from "node:net";
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

/** Ports that nobody has at this moment, all different: the servers that find them are closed together at the end. */
export async function freePorts(host: string, count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    return await Promise.all(
      servers.map(
        (server) =>
          new Promise<number>((resolve, reject) => {
            server.once("error", reject);
            server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
          }),
      ),
    );
  } finally {
    for (const server of servers) server.close();
  }
}
