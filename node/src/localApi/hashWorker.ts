import { parentPort } from "node:worker_threads";
import { chunkRootInPlace } from "@lucid/consensus/proofs";

/** Worker thread of ChunkHasher: a blob with one spare byte in front goes in, its root and the same memory come out. */
export interface HashRequest {
  readonly number: number;
  readonly buffer: ArrayBuffer;
  /** Bytes of the blob. */
  readonly length: number;
}

export type HashResponse =
  | { readonly number: number; readonly buffer: ArrayBuffer; readonly root: Uint8Array }
  | { readonly number: number; readonly failure: string };

parentPort?.on("message", ({ number, buffer, length }: HashRequest) => {
  try {
    const root = chunkRootInPlace(new Uint8Array(buffer), 1, length);
    const response: HashResponse = { number, buffer, root };
    parentPort?.postMessage(response, [buffer]);
  } catch (error) {
    const response: HashResponse = { number, failure: error instanceof Error ? error.message : String(error) };
    parentPort?.postMessage(response);
  }
});
