import { performance } from "node:perf_hooks";
import { ConsensusState, StandInSigner, StandInVerifier } from "../src/index.js";
import { ChainBuilder, simNetwork } from "../src/sim/index.js";
import { draftOf } from "../src/transition/draft.js";
import { crossBoundary } from "../src/transition/epochBoundary.js";
import { bytesHeld } from "../test/support/bytesHeld.js";
import { crowdedState } from "../test/support/crowdedState.js";
import { type Bench, median } from "./support/benchTypes.js";

export const bench: Bench = {
  name: "transition",
  summary: "Epoch transition with 1,000 and 10,000 nodes (goal: 200 ms), block of 256 voters' tasks; library alone",
  async run({ log }) {
    const verifier = new StandInVerifier();
    const network = simNetwork(256, "mainnet", verifier, (seed) => new StandInSigner(seed));
    const { params } = network.config;
    const results: Record<string, number | boolean> = {};
    for (const nodes of [256, 1_000, 10_000]) {
      const empty = bytesHeld();
      const state = crowdedState(network.genesis.state, nodes);
      // The state's root is known before: its cached parts are what a running node has, too.
      ConsensusState.hashTreeRoot(state);
      const perNode = Math.round((bytesHeld() - empty) / nodes);
      const crossing: number[] = [];
      const hashing: number[] = [];
      for (let i = 0; i < 9; i++) {
        const start = performance.now();
        const draft = draftOf(state);
        crossBoundary(draft, state.height + 1, params);
        const crossed = performance.now();
        ConsensusState.hashTreeRoot(draft);
        hashing.push(performance.now() - crossed);
        crossing.push(crossed - start);
      }
      const total = median(crossing) + median(hashing);
      log(`${nodes} nodes: transition ${median(crossing).toFixed(1)} ms + root ${median(hashing).toFixed(1)} ms`);
      log(
        `${nodes} nodes: ${perNode} bytes of memory a node, ${ConsensusState.value_serializedSize(state)} bytes on disk`,
      );
      results[`epoch${nodes}Ms`] = total;
      results[`bytesPerNode${nodes}`] = perNode;
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
