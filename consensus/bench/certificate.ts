import { performance } from "node:perf_hooks";
import { BlsSigner, BlsVerifier, commitVote, verifyQuorum } from "../src/index.js";
import { ChainBuilder, simNetwork } from "../src/sim/index.js";
import { type Bench, median } from "./support/benchTypes.js";

function timed(runs: number, work: () => boolean): number {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    if (!work()) return Number.NaN;
    times.push(performance.now() - start);
  }
  return median(times);
}

export const bench: Bench = {
  name: "certificate",
  summary: "Verify votes and the commit certificate of 256 voters, real BLS (goal: certificate under 5 ms)",
  async run({ log }) {
    const verifier = new BlsVerifier();
    const network = simNetwork(256, "mainnet", verifier, (seed) => new BlsSigner(Uint8Array.from(seed).fill(0, 0, 1)));
    const chain = new ChainBuilder(network, verifier);
    const parent = chain.tip;
    chain.next();
    const { certificate } = chain;
    const { voters } = parent.state;
    const context = chain.context(certificate.slot);
    const check = () => verifyQuorum(commitVote(certificate), certificate, voters, context, verifier);
    const certificateMs = timed(51, check);
    const message = new Uint8Array(32).fill(7);
    const items = network.signers.map((signer) => ({
      publicKey: signer.publicKey,
      message,
      signature: signer.sign(message),
    }));
    const batchMs = timed(11, () => verifier.verifyBatch(items).every((verdict) => verdict));
    const spoiled = items.map((item, i) => (i === 100 ? { ...item, signature: items[0]?.signature ?? message } : item));
    const oneBadMs = timed(11, () => verifier.verifyBatch(spoiled).filter((verdict) => !verdict).length === 1);
    const first = items[0];
    const singleMs = timed(51, () => first !== undefined && verifier.verify(first.publicKey, message, first.signature));
    log(`certificate of 256: ${certificateMs.toFixed(2)} ms (goal 5)`);
    log(`256 votes as a batch: ${batchMs.toFixed(1)} ms, one bad among them: ${oneBadMs.toFixed(1)} ms`);
    log(`one vote: ${singleMs.toFixed(2)} ms, so 256 one by one: ${(256 * singleMs).toFixed(0)} ms`);
    return { certificateMs, batchMs, oneBadMs, singleMs, withinGoal: certificateMs < 5 };
  },
};
