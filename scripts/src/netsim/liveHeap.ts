import { readFile } from "node:fs/promises";
import WebSocket from "ws";
import { ScriptError } from "../errors.js";
import type { LabNode } from "./labNode.js";

/** For a node whose heap will be asked for: a debugger's port on loopback. */
export const INSPECTED: readonly string[] = ["--inspect=127.0.0.1:0"];

const LIMIT_MS = 30_000;

/**
 * What a node really holds, MB: its heap after a full garbage collection, by the Chrome DevTools protocol. Between collections the
 * heap in use says little; it grows for a minute or two and falls back.
 * @throws ScriptError COMMAND_FAILED
 */
export async function liveHeap(node: LabNode): Promise<number> {
  const url = /Debugger listening on (ws:\S+)/.exec(await readFile(node.logPath, "utf8"))?.[1];
  if (url === undefined) throw failed(node, "it has no debugger");
  const socket = new WebSocket(url, { handshakeTimeout: LIMIT_MS });
  const limit = setTimeout(() => socket.terminate(), LIMIT_MS);
  try {
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    await ask(node, socket, 1, "HeapProfiler.collectGarbage");
    const { usedSize } = (await ask(node, socket, 2, "Runtime.getHeapUsage")) as { readonly usedSize: number };
    return usedSize / 1e6;
  } finally {
    clearTimeout(limit);
    socket.close();
  }
}

function ask(node: LabNode, socket: WebSocket, id: number, method: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = (data: WebSocket.RawData): void => {
      const answer = JSON.parse(String(data)) as { readonly id?: number; readonly result?: unknown };
      if (answer.id !== id) return;
      socket.off("message", onMessage);
      resolve(answer.result);
    };
    socket.on("message", onMessage);
    socket.once("close", () => reject(failed(node, "the debugger closed the connection")));
    socket.send(JSON.stringify({ id, method }));
  });
}

function failed({ name }: LabNode, why: string): ScriptError {
  return new ScriptError({ code: "COMMAND_FAILED", message: `the heap of ${name}: ${why}` });
}
