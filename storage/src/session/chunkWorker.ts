import { parentPort, workerData } from "node:worker_threads";
import { CodedError } from "@lucid/consensus/base";
import { blockingFileSystem } from "./blockingFileSystem.js";
import { runChunkJob } from "./chunkJobs.js";
import type { WorkerReply, WorkerRequest } from "./workerEngine.js";

/** Entry point of a worker thread of the session pipeline: one job at a time, on slots that it shares with the main thread. */
const slots = workerData as readonly Uint8Array[];

async function answer({ slot, job }: WorkerRequest): Promise<WorkerReply> {
  try {
    return { ok: true, result: await runChunkJob(slots[slot] ?? new Uint8Array(), job, blockingFileSystem) };
  } catch (error) {
    if (error instanceof CodedError) return { ok: false, ...error.toObject() };
    return { ok: false, code: "WORKER_FAILED", message: String(error), meta: {} };
  }
}

parentPort?.on("message", (request: WorkerRequest) => {
  void answer(request).then((reply) => parentPort?.postMessage(reply));
});
