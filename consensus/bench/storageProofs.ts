import { concatBytes, u32be } from "../src/base/bytes.js";
import { sha256 } from "../src/base/hash.js";
import { drawChallenges } from "../src/challenges/index.js";
import { BlsSigner, BlsVerifier, ConsensusState, checkBlock } from "../src/index.js";
import { ChainBuilder, SimSessions, simNetwork } from "../src/sim/index.js";
import { Body, StorageTask } from "../src/types/index.js";
import { type Bench, median } from "./support/benchTypes.js";

const LEAVES = 2_048;
/** As many as 192 answers of two blocks ask for at most. */
const NODES = 16;

/** CPU time, which other processes of the machine do not change much. Milliseconds. */
function cpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export const bench: Bench = {
  name: "storageProofs",
  summary:
    "A block with all answers to 32 challenges (96), real BLS: check with and without known signatures, draw, root",
  async run({ log }) {
    const verifier = new BlsVerifier();
    const sessions = new SimSessions();
    const base = simNetwork(NODES, "mainnet", verifier, (seed) => {
      return new BlsSigner(sha256(concatBytes(seed, u32be(1))).fill(1, 0, 1));
    });
    const chain = new ChainBuilder({ ...base, sessions }, verifier);
    const { config } = chain.network;
    for (let i = 0; i < 200; i++) sessions.registerNew(`${i}`, 50, LEAVES, Number(chain.tip.header.timestamp));
    const next = (): ReturnType<typeof chain.next> => {
      const { state } = chain.tip;
      return chain.next({ storage: sessions.answers(config, state, (id) => chain.keys.signerOf(id)) });
    };
    while (chain.tip.state.height < 32) next();
    const trusting = {
      verify: () => true,
      verifyBatch: (items: readonly unknown[]) => items.map(() => true),
      verifyAggregate: () => true,
      aggregate: (signatures: readonly Uint8Array[]) => verifier.aggregate(signatures),
    };
    const cold: number[] = [];
    const known: number[] = [];
    const empty: number[] = [];
    const pruned: number[] = [];
    const draws: number[] = [];
    const roots: number[] = [];
    let answers = 0;
    let bytes = 0;
    for (let i = 0; i < 7; i++) {
      const parent = chain.tip;
      const block = next();
      answers = block.body.tasks.storage.length;
      bytes = block.body.tasks.storage.reduce((sum, task) => sum + StorageTask.value_serializedSize(task), 0);
      const storage = block.body.tasks.storage.map((task) => ({ ...task, proof: [] }));
      const thin = { ...block.body, tasks: { ...block.body.tasks, storage } };
      const copy = () => Body.deserialize(Body.serialize(block.body));
      const [first, second] = [copy(), copy()];
      const checks = { sessions };
      cold.push(cpu(() => void checkBlock(config, parent, { header: block.header, body: first }, verifier, checks)));
      known.push(cpu(() => void checkBlock(config, parent, { header: block.header, body: second }, trusting, checks)));
      const certified = { ...checks, certified: true };
      pruned.push(
        cpu(() => void checkBlock(config, parent, { header: block.header, body: thin }, trusting, certified)),
      );
      const none = { ...block.body, tasks: { ...block.body.tasks, storage: [] } };
      const header = { ...block.header, bodyRoot: Body.hashTreeRoot(none) };
      empty.push(cpu(() => void checkBlock(config, parent, { header, body: none }, trusting, checks)));
      const { vrfProof, height, slot } = block.header;
      draws.push(cpu(() => void drawChallenges(config, parent.state, { height, slot, vrfProof }, sessions)));
      roots.push(cpu(() => void ConsensusState.hashTreeRoot(chain.tip.state)));
    }
    log(`${answers} answers, ${bytes} bytes (${Math.round(bytes / answers)} each)`);
    log(`check with all signatures: ${median(cold).toFixed(1)} ms of CPU`);
    log(
      `check when they are known from gossip: ${median(known).toFixed(1)} ms; pruned: ${median(pruned).toFixed(1)} ms`,
    );
    log(`the same block without answers: ${median(empty).toFixed(1)} ms`);
    log(`draw of 32 challenges from 10,000 chunks: ${median(draws).toFixed(2)} ms`);
    log(`root of the state: ${median(roots).toFixed(2)} ms`);
    return {
      answers,
      bytes,
      coldMs: median(cold),
      knownMs: median(known),
      prunedMs: median(pruned),
      withoutMs: median(empty),
      drawMs: median(draws),
      rootMs: median(roots),
    };
  },
};
