import { WorkerHost } from "../workers/workerHost.js";
import { checkBlocks } from "./checkBlocks.js";

/** Entry point of the thread that checks blocks ahead of their execution. */
new WorkerHost({ check: checkBlocks });
