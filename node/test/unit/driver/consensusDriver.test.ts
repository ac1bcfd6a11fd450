import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { type Effect, type HeightContext, type Input, NO_CERTIFICATE, type VoterRecord } from "@lucid/consensus";
import { VirtualClock } from "@lucid/consensus/base";
import { MemoryHub } from "@lucid/p2p";
import { MemoryStore, StorageError } from "@lucid/storage";
import { ConsensusDriver } from "../../../src/driver/consensusDriver.js";
import type { BlockWork } from "../../../src/driver/driverTypes.js";
import { topics } from "../../../src/driver/topics.js";
import { VoterStore } from "../../../src/driver/voterStore.js";
import type { NodeError } from "../../../src/errors.js";

const certificate = { ...NO_CERTIFICATE, height: 1, slot: 1 };
const persist: Effect = { type: "persist", record: {} as VoterRecord, blocks: [] };
const broadcast: Effect = { type: "broadcast", gossip: { topic: "commit", message: certificate } };
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The driver with an agreement that answers each input by what the test says. */
async function scripted(answer: (input: Input) => readonly Effect[]) {
  const hub = new MemoryHub();
  const [network, peer] = [hub.join("us"), hub.join("peer")];
  await network.start();
  await peer.start();
  const sent: string[] = [];
  peer.subscribe(topics.commit, () => {
    sent.push("commit");
    return "accept";
  });
  const inputs: Input["type"][] = [];
  const disk: { write: () => Promise<void> } = { write: async () => undefined };
  const voterStore = new VoterStore(
    { genesisRoot: new Uint8Array(32), nodeId: new Uint8Array(32) },
    { store: new MemoryStore() },
  );
  voterStore.persist = () => disk.write();
  const failures: NodeError[] = [];
  const work: BlockWork = {
    heightContext: () => ({ height: 1 }) as HeightContext,
    build: async () => undefined,
    execute: async () => true,
    commit: async () => undefined,
    importBlocks: async () => ({ imported: 0 }),
    blockByRoot: () => undefined,
    commitOf: () => undefined,
    betterCommit: async () => undefined,
    addEvidence: async () => undefined,
    addSkip: () => undefined,
  };
  const driver = new ConsensusDriver({
    agreement: {
      step: (_, input) => {
        inputs.push(input.type);
        return { effects: answer(input), wakeAt: Number.POSITIVE_INFINITY };
      },
      status: () => undefined,
      block: () => undefined,
    },
    work,
    network,
    voterStore,
    clock: new VirtualClock(0),
    logger: silent,
    onFatal: (error) => failures.push(error),
    onBehind: () => undefined,
    isOtherFork: () => false,
  });
  const turns = async () => {
    for (let turn = 0; turn < 20; turn++) await setImmediate();
  };
  return { driver, disk, sent, inputs, failures, peer, turns };
}

describe("effects of the agreement", () => {
  it("wait for the disk: nothing is sent and no input is taken before a write is synced", async () => {
    const { driver, disk, sent, inputs, turns } = await scripted(({ type }) =>
      type === "height" ? [persist, broadcast] : [],
    );
    let synced: () => void = () => undefined;
    disk.write = () =>
      new Promise((resolve) => {
        synced = resolve;
      });
    driver.start();
    await turns();
    driver.offer({ type: "tick" });
    await turns();
    assert.deepEqual([sent, inputs], [[], ["clock", "height"]]);
    synced();
    await turns();
    assert.deepEqual([sent, inputs], [["commit"], ["clock", "height", "tick"]]);
    await driver.stop();
  });

  it("end with the node when the disk fails: nothing is sent after it", async () => {
    const { driver, disk, sent, failures, turns } = await scripted(({ type }) =>
      type === "height" ? [persist, broadcast] : [],
    );
    disk.write = async () => {
      throw new StorageError({ code: "DISK_FULL", message: "the disk is full" });
    };
    driver.start();
    await turns();
    assert.deepEqual(sent, []);
    assert.deepEqual(
      failures.map(({ code }) => code),
      ["NODE_FAILED"],
    );
    assert.match(failures[0]?.message ?? "", /disk is full/);
    await driver.stop();
  });

  it("give each gossiped message its verdict, and ignore what comes when the driver is stopped", async () => {
    const { driver, peer, turns } = await scripted((input) =>
      input.type === "commit" ? [{ type: "verdict", source: input.source, outcome: "reject", code: "test" }] : [],
    );
    driver.start();
    await turns();
    peer.publish(topics.commit, certificate);
    await turns();
    await driver.stop();
    peer.publish(topics.commit, { ...certificate, slot: 2 });
    await turns();
    assert.equal(driver.busy, false);
  });

  it("stop with a last write that notes the clean end", async () => {
    const { driver, disk, inputs } = await scripted(({ type }) => (type === "close" ? [persist] : []));
    const writes: string[] = [];
    disk.write = async () => void writes.push("closed");
    driver.start();
    await Promise.all([driver.stop(), driver.stop()]);
    assert.deepEqual(writes, ["closed"]);
    assert.equal(inputs.at(-1), "close");
  });
});
