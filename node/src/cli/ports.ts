import { createServer } from "node:net";
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
