export { ChainBuilder, type NextBlock } from "./chainBuilder.js";
export { Random } from "./random.js";
export { type SimInputs, type SimNetwork, simBuild, simCheck, simExecute, simNetwork } from "./simChain.js";
export { type Decided, inputOf, type SimDisk, type SimMessage, SimNode } from "./simNode.js";
export { type Link, SimWorld, type WorldOptions } from "./simWorld.js";
