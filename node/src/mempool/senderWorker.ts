import { WorkerHost } from "../workers/workerHost.js";
import { recoverBatch } from "./senderRecovery.js";

/** Entry point of the threads that recover senders. */
new WorkerHost({ recover: recoverBatch });
