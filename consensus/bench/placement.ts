import { performance } from "node:perf_hooks";
import { u32be } from "../src/base/bytes.js";
import { sha256 } from "../src/base/hash.js";
import { PlacementSet, pointsOf } from "../src/placement/index.js";
import type { Bench } from "./support/benchTypes.js";

const CHUNKS = 200;

export const bench: Bench = {
  name: "placement",
  summary: "Holders of a chunk among 10 to 10,000 nodes, and the making of the set",
  async run({ log }) {
    const results: Record<string, number> = {};
    for (const size of [10, 256, 1_000, 10_000]) {
      const points = pointsOf(
        Array.from({ length: size }, (_, i) => ({ declaredMiB: 1_000 * (1 + (i % 31)), provenMiB: 0 })),
      );
      const nodes = points.map((each, node) => {
        const nodeId = sha256(u32be(node));
        return { node, nodeId, operator: nodeId.subarray(0, 20), points: each };
      });
      const started = performance.now();
      const set = new PlacementSet(nodes, 3);
      const made = performance.now() - started;
      const roots = Array.from({ length: CHUNKS }, (_, i) => sha256(u32be(i)));
      const mix = sha256(u32be(9));
      for (const root of roots.slice(0, 10)) set.assign(root, mix);
      const before = performance.now();
      for (const root of roots) set.assign(root, mix);
      const each = (performance.now() - before) / CHUNKS;
      const tickets = points.reduce((a, b) => a + b);
      log(`${size} nodes, ${tickets} tickets: set ${made.toFixed(1)} ms, chunk ${each.toFixed(3)} ms`);
      results[`chunk${size}Ms`] = Math.round(each * 1_000) / 1_000;
      results[`set${size}Ms`] = Math.round(made * 10) / 10;
    }
    return results;
  },
};
