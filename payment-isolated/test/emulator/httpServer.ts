import { createServer, type Server } from "node:http";
import { PayoutError } from "../../src/errors.js";
import type { NodeView } from "./nodeView.js";

/** Serves one node over HTTP on loopback. A broken connection of the script breaks the socket. */
export class EmulatorServer {
  readonly #server: Server;

  constructor(view: NodeView) {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      let size = 0;
      request.on("data", (part: Buffer) => {
        size += part.length;
        if (size > 4 << 20) request.destroy();
        else parts.push(part);
      });
      request.on("end", () => {
        const url = new URL(request.url ?? "/", "http://localhost");
        const text = Buffer.concat(parts).toString("utf8");
        view.post(url.pathname, text === "" ? Object.fromEntries(url.searchParams) : parseJson(text)).then(
          (answer) => {
            response.writeHead(answer.status, {
              "content-type": answer.text.startsWith("<") ? "text/html" : "application/json",
            });
            response.end(answer.text);
          },
          (error: unknown) => {
            if (error instanceof PayoutError) request.socket.destroy();
            else {
              response.writeHead(200);
              response.end(JSON.stringify({ Error: `class java.lang.Exception : ${String(error)}` }));
            }
          },
        );
      });
    });
  }

  /** Gives the URL. */
  start(port = 0): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", () => {
        const address = this.#server.address();
        resolve(`http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : port}`);
      });
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
