export { type PlacementNode, PRESENCE_LAG, placementNodes, presenceOf } from "./members.js";
export { PlacementSet } from "./placementSet.js";
export { type Capacity, MAX_POINTS, MEDIAN_FACTOR, pointsOf, UNPROVEN_MIB } from "./points.js";
