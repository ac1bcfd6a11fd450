import { parentPort } from "node:worker_threads";
import {
  buildChunkProof,
  buildLeafProof,
  chunkRootFromLeaf,
  chunkRootInPlace,
  HASH_LENGTH,
} from "@lucid/consensus/proofs";

/** What the worker thread of ChunkHasher is asked. Memory that is not shared is moved to it. */
export type HashTask =
  /** Root of a blob that has one spare byte in front of it. */
  | { readonly type: "root"; readonly buffer: SharedArrayBuffer; readonly length: number }
  /** A leaf of a blob with its path, and the root that they lead to. */
  | { readonly type: "leaf"; readonly buffer: ArrayBuffer; readonly leafIndex: number }
  /** Path of a chunk in the tree over a session's roots, which stand one behind the other. */
  | { readonly type: "path"; readonly buffer: ArrayBuffer; readonly index: number };

export type HashResult =
  | { readonly type: "root"; readonly root: Uint8Array }
  | {
      readonly type: "leaf";
      readonly root: Uint8Array;
      readonly leaf: Uint8Array;
      readonly path: readonly Uint8Array[];
    }
  | { readonly type: "path"; readonly path: readonly Uint8Array[] };

export interface HashRequest {
  readonly number: number;
  readonly task: HashTask;
}

export type HashResponse =
  | { readonly number: number; readonly result: HashResult }
  | { readonly number: number; readonly failure: string };

function carryOut(task: HashTask): HashResult {
  if (task.type === "root") {
    return { type: "root", root: chunkRootInPlace(new Uint8Array(task.buffer), 1, task.length) };
  }
  const { buffer } = task;
  if (task.type === "leaf") {
    const proof = buildLeafProof(new Uint8Array(buffer), task.leafIndex);
    const root = chunkRootFromLeaf(proof) ?? new Uint8Array(HASH_LENGTH);
    return { type: "leaf", root, leaf: proof.leaf, path: proof.path };
  }
  const roots = Array.from(
    { length: buffer.byteLength / HASH_LENGTH },
    (_, i) => new Uint8Array(buffer, i * HASH_LENGTH, HASH_LENGTH),
  );
  return { type: "path", path: buildChunkProof(roots, task.index).path };
}

parentPort?.on("message", ({ number, task }: HashRequest) => {
  try {
    const result = carryOut(task);
    const response: HashResponse = { number, result };
    parentPort?.postMessage(response);
  } catch (error) {
    const response: HashResponse = { number, failure: error instanceof Error ? error.message : String(error) };
    parentPort?.postMessage(response);
  }
});
