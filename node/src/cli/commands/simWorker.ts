import { WorkerHost } from "../../workers/workerHost.js";
import { runSeeds } from "./simSeeds.js";

/** Entry point of the threads of `lucid sim --workers`. */
new WorkerHost({ seeds: runSeeds });
