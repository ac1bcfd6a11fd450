import { performance } from "node:perf_hooks";
import { BitArray } from "@chainsafe/ssz";
import { concatBytes, u32be } from "../src/base/bytes.js";
import { sha256 } from "../src/base/hash.js";
import { type ConsensusState, StandInSigner, StandInVerifier, ConsensusState as StateType } from "../src/index.js";
import { ChainBuilder, simNetwork } from "../src/sim/index.js";
import { draftOf } from "../src/transition/draft.js";
import { crossBoundary } from "../src/transition/epochBoundary.js";
import { appendNode } from "../src/transition/registry.js";

interface Bench {
  readonly name: string;
  readonly summary: string;
  run(context: {
    readonly json: boolean;
    log(line: string): void;
    readonly args: readonly string[];
  }): Promise<Record<string, number | string | boolean>>;
}

/** A state of a network of this size after a full window, as if every node had worked. */
function crowded(base: ConsensusState, nodes: number): ConsensusState {
  const draft = draftOf(base);
  const [pattern] = base.nodes;
  while (pattern !== undefined && draft.nodes.length < nodes) {
    const id = sha256(concatBytes(u32be(draft.nodes.length), u32be(3)));
    appendNode(draft, { ...pattern, nodeId: id, blsPublicKey: concatBytes(id, new Uint8Array(16)) });
  }
  const column = (high: number) => draft.nodes.map((_, index) => (index * 7919) % high);
  draft.window = draft.window.map((bucket) => ({
    ...bucket,
    credits: column(150_000),
    voters: BitArray.fromBitLen(nodes),
  }));
  draft.epoch = {
    ...draft.epoch,
    credits: column(150_000),
    beacons: draft.nodes.map(() => 30),
    blocks: 30,
    pool: 10 ** 10,
  };
  return draft;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

export const bench: Bench = {
  name: "transition",
  summary: "Epoch transition with 1,000 and 10,000 nodes (goal: 200 ms), block of 256 voters' tasks; library alone",
  async run({ log }) {
    const verifier = new StandInVerifier();
    const network = simNetwork(256, "mainnet", verifier, (seed) => new StandInSigner(seed));
    const { params } = network.config;
    const results: Record<string, number | boolean> = {};
    for (const nodes of [256, 1_000, 10_000]) {
      const state = crowded(network.genesis.state, nodes);
      // The state's root is known before: its cached parts are what a running node has, too.
      StateType.hashTreeRoot(state);
      const crossing: number[] = [];
      const hashing: number[] = [];
      for (let i = 0; i < 9; i++) {
        const start = performance.now();
        const draft = draftOf(state);
        crossBoundary(draft, state.height + 1, params);
        const crossed = performance.now();
        StateType.hashTreeRoot(draft);
        hashing.push(performance.now() - crossed);
        crossing.push(crossed - start);
      }
      const total = median(crossing) + median(hashing);
      log(`${nodes} nodes: transition ${median(crossing).toFixed(1)} ms + root ${median(hashing).toFixed(1)} ms`);
      results[`epoch${nodes}Ms`] = total;
    }
    const chain = new ChainBuilder(network, verifier);
    chain.next();
    const times: number[] = [];
    for (let i = 0; i < 15; i++) {
      const start = performance.now();
      chain.next();
      times.push(performance.now() - start);
    }
    log(`block of 256 commit bits and 256 beacons, built and certified with stand-ins: ${median(times).toFixed(1)} ms`);
    return { ...results, block256Ms: median(times), withinGoal: (results["epoch10000Ms"] as number) < 200 };
  },
};
