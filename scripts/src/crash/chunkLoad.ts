import { createHash } from "node:crypto";
import { request } from "node:http";
import { toHex } from "@lucid/consensus/base";
import { chunkRoot } from "@lucid/consensus/proofs";
import type { SeededRandom } from "./seededRandom.js";

const HEADER = 71;
const TAG = 16;

export interface StoredChunk {
  readonly root: `0x${string}`;
  readonly sha256: string;
}

/** A blob with a header as the format has it; the node cannot tell ciphertext from noise. */
export function randomBlob(random: SeededRandom, index: number): Uint8Array {
  const plain = Math.floor(random.between(1_000, 200_000));
  const blob = new Uint8Array(HEADER + plain + TAG);
  // Noise that repeats: making it must not be what the test spends its time on.
  const noise = random.bytes(4_096);
  for (let at = 0; at < blob.length; at += noise.length) blob.set(noise.subarray(0, blob.length - at), at);
  const view = new DataView(blob.buffer);
  blob.set(new TextEncoder().encode("LCK1"));
  blob.set([1, 0, 0], 4);
  blob.set(random.bytes(32), 7);
  view.setUint32(39, index);
  view.setUint32(43, plain);
  return blob;
}

function call(
  socketPath: string,
  method: string,
  path: string,
  body?: Uint8Array,
): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined ? {} : { "content-type": "application/octet-stream", "content-length": body.length };
    const outgoing = request({ socketPath, method, path, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Undefined when the node did not acknowledge it (it may have been killed). */
export async function putChunk(socketPath: string, blob: Uint8Array): Promise<StoredChunk | undefined> {
  const root = toHex(chunkRoot(blob));
  try {
    const { status } = await call(socketPath, "PUT", `/v1/chunks/${root}`, blob);
    return status === 200 ? { root, sha256: createHash("sha256").update(blob).digest("hex") } : undefined;
  } catch {
    return undefined;
  }
}

export async function hasChunk(socketPath: string, chunk: StoredChunk): Promise<boolean> {
  const { status, body } = await call(socketPath, "GET", `/v1/chunks/${chunk.root}`);
  return status === 200 && createHash("sha256").update(body).digest("hex") === chunk.sha256;
}
