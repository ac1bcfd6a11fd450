import assert from "node:assert/strict";
import {
  RELAY_UNIT,
  type RelayTask,
  StandInSigner,
  StandInVerifier,
  type StorageTask,
  type Tip,
} from "@lucid/consensus";
import { ChainBuilder, SimSessions, signReceipt, simNetwork } from "@lucid/consensus/sim";
import { type ConsensusNetwork, MemoryHub, type Topic, type Verdict } from "@lucid/p2p";
import { AnswerPool } from "../../../src/storageProofs/answerPool.js";
import { ReceiptPool } from "../../../src/storageProofs/receiptPool.js";

type Validate = (message: unknown, from: string) => Verdict | Promise<Verdict>;

/** Pools on a chain with challenges, and what gossip would hand to them. */
function pools() {
  const verifier = new StandInVerifier();
  const sessions = new SimSessions();
  const base = simNetwork(4, "devnet", verifier, (seed) => new StandInSigner(seed));
  const chain = new ChainBuilder({ ...base, sessions }, verifier);
  sessions.registerNew("a", 20, 2_048, Number(chain.tip.header.timestamp));
  const { config } = chain.network;
  const handlers = new Map<string, Validate>();
  const network: ConsensusNetwork = new MemoryHub().join("pools");
  network.subscribe = <T>(topic: Topic<T>, validate: (message: T, from: string) => Verdict | Promise<Verdict>) => {
    handlers.set(topic.name, validate as Validate);
    return () => undefined;
  };
  let tip: Tip = chain.tip;
  const modules = { tip: () => tip, network, verifier, isOtherFork: () => false };
  const answers = new AnswerPool({ config }, modules);
  const receipts = new ReceiptPool({ config }, modules);
  answers.start();
  receipts.start();
  const give = (topic: string, message: unknown) => handlers.get(topic)?.(message, "peer") ?? assert.fail();
  return {
    chain,
    answers,
    receipts,
    answer: (task: StorageTask) => give("storage-answer", task),
    receipt: (task: RelayTask) => give("relay-receipt", task),
    open: () => sessions.answers(config, chain.tip.state, (id) => chain.keys.signerOf(id)),
    /** The pools learn of the builder's head. */
    follow() {
      tip = chain.tip;
      answers.onHead();
      receipts.onHead();
    },
  };
}

describe("pools of storage answers and relay receipts", () => {
  it("an answer to a block that is not here yet waits for it; no more than 256 do", async () => {
    const { chain, answers, answer, open, follow } = pools();
    chain.next();
    const right = open();
    assert.ok(right.length > 10);
    const [first] = right;
    assert.ok(first !== undefined);
    const waiting = Array.from({ length: 300 }, (_, i) => answer({ ...first, challenge: 1_000 + i }));
    const early = right.map((task) => answer(task));
    assert.equal(answers.size, 0);
    follow();
    assert.deepEqual(
      await Promise.all(early),
      right.map(() => "accept"),
    );
    assert.ok((await Promise.all(waiting)).every((verdict) => verdict === "ignore"));
    assert.equal(answers.size, right.length);
    assert.equal(await answer(first), "ignore", "known already");
    assert.equal(await answer({ ...first, height: first.height + 5 }), "ignore", "far ahead");
    assert.equal(await answer({ ...first, height: 0 }), "ignore", "too old");
    // A block takes them, and two blocks later those that no block took are gone.
    chain.next({ storage: answers.tasksFor(chain.tip).slice(3) });
    follow();
    assert.equal(answers.size, 3);
    chain.next();
    follow();
    assert.equal(answers.size, 0);
  });

  it("a wrong answer is held against its sender, and nothing of it is kept", async () => {
    const { chain, answers, answer, open, follow } = pools();
    chain.next();
    follow();
    const [task] = open();
    const [proof] = task?.proof ?? [];
    assert.ok(task !== undefined && proof !== undefined);
    const bad: StorageTask[] = [
      { ...task, signature: new Uint8Array(96) },
      { ...task, proof: [] },
      { ...task, blobLength: 1n },
      { ...task, blobLength: 2n ** 63n },
      { ...task, proof: [{ ...proof, leafPath: [] }] },
      { ...task, proof: [{ ...proof, leaf: new Uint8Array(4_096) }] },
    ];
    for (const wrong of bad) assert.equal(await answer(wrong), "reject");
    assert.deepEqual([answers.size, answers.wrong], [0, bad.length]);
    assert.equal(await answer(task), "accept");
  });

  it("a receipt must be worth another credit; the last of a pair is kept, until a block has it", async () => {
    const { chain, receipts, receipt, follow } = pools();
    chain.next();
    follow();
    const { config, signers } = chain.network;
    const { state } = chain.tip;
    const made = (bytes: number, by = 1, change: object = {}) => {
      const fields = { downloader: 1, server: 0, epoch: state.epoch.epoch, bytes: BigInt(bytes), ...change };
      return signReceipt(config, fields, state.slot, signers[by] ?? assert.fail());
    };
    assert.equal(await receipt(made(RELAY_UNIT - 1)), "ignore");
    assert.equal(await receipt(made(RELAY_UNIT, 2)), "reject");
    assert.equal(await receipt(made(RELAY_UNIT)), "accept");
    assert.equal(await receipt(made(RELAY_UNIT + 1)), "ignore");
    assert.equal(await receipt(made(2 * RELAY_UNIT)), "accept");
    assert.equal(await receipt(made(9 * RELAY_UNIT, 1, { server: 1 })), "ignore");
    assert.equal(await receipt(made(9 * RELAY_UNIT, 1, { server: 50_000 })), "ignore");
    assert.equal(await receipt(made(9 * RELAY_UNIT, 1, { epoch: 0 })), "ignore");
    assert.equal(receipts.size, 1);
    const block = chain.next({ relay: receipts.tasksFor(chain.tip) });
    assert.equal(block.body.tasks.relay[0]?.receipt.bytes, BigInt(2 * RELAY_UNIT));
    follow();
    assert.equal(receipts.size, 0);
  });
});
