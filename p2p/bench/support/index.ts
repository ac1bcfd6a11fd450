export { BenchProcess, type ProcessUse, serveBench } from "./benchProcess.js";
export { type StreamFigure, streamLimits } from "./streamLimits.js";
