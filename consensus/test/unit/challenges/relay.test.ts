import assert from "node:assert/strict";
import fc from "fast-check";
import { pairCredits, relayCredits } from "../../../src/challenges/index.js";
import { RELAY_PAIR_BYTES } from "../../../src/params.js";
import { signReceipt } from "../../../src/sim/index.js";
import type { RelayTask } from "../../../src/types/index.js";
import { FULL_LEAVES, StorageChain } from "../../support/storageChain.js";

const MIB = 1 << 20;

function started(): StorageChain {
  const test = new StorageChain(4);
  test.sessions.registerNew("a", 12, FULL_LEAVES, test.time);
  for (let i = 0; i < 13; i++) test.next();
  return test;
}

function receipt(
  test: StorageChain,
  downloader: number,
  server: number,
  bytes: number,
  change: object = {},
): RelayTask {
  const fields = { downloader, server, epoch: test.state.epoch.epoch, bytes: BigInt(bytes), ...change };
  return signReceipt(test.config, fields, test.state.slot, test.signer(downloader));
}

const relay = (test: StorageChain, node: number) => test.state.epoch.relay[node] ?? 0;
const storage = (test: StorageChain, node: number) => test.state.epoch.storage[node] ?? 0;

describe("relay receipts", () => {
  it("pay for each whole 5 MiB, the latest one replaces the others", () => {
    const test = started();
    test.next({ relay: [receipt(test, 1, 0, 4 * MIB)] });
    assert.equal(relay(test, 0), 0);
    test.next({ relay: [receipt(test, 1, 0, 6 * MIB), receipt(test, 2, 0, 5 * MIB)] });
    assert.equal(relay(test, 0), Math.min(2_000, Math.floor(storage(test, 0) / 4)));
    const before = relay(test, 0);
    test.next({ relay: [receipt(test, 1, 0, 9 * MIB)] });
    assert.equal(relay(test, 0), Math.min(2_000, Math.floor(storage(test, 0) / 4)));
    assert.ok(relay(test, 0) >= before);
    assert.deepEqual(
      test.state.epoch.relayed.map(({ bytes }) => bytes / MIB),
      [9, 5],
    );
  });

  it("never pay more than a quarter of the storage credits, nor for more than 1 GiB of a pair", () => {
    const test = started();
    test.next({ relay: [receipt(test, 1, 0, 2 ** 50), receipt(test, 0, 1, 2 ** 50)] });
    for (const node of [0, 1]) assert.equal(relay(test, node), Math.floor(storage(test, node) / 4));
    assert.deepEqual(
      test.state.epoch.relayed.map(({ bytes }) => bytes),
      [RELAY_PAIR_BYTES, RELAY_PAIR_BYTES],
    );
    const parent = test.chain.tip;
    const block = test.next();
    assert.ok(!test.accepts(block, parent, { relay: [receipt(test, 1, 0, 2 ** 51)] }), "says nothing new");
    // Without storage credits there is nothing to have a part of.
    const idle = new StorageChain(4);
    idle.next({ relay: [receipt(idle, 1, 0, 100 * MIB)] });
    assert.equal(relay(idle, 0), 0);
  });

  it("of another epoch, for oneself, of a stranger, with less than before or a wrong signature make a block invalid", () => {
    const test = started();
    test.next({ relay: [receipt(test, 1, 0, 20 * MIB)] });
    const parent = test.chain.tip;
    const good = [receipt(test, 1, 0, 25 * MIB), receipt(test, 2, 0, 5 * MIB)];
    const epoch = test.state.epoch.epoch;
    const wrong: Record<string, RelayTask> = {
      "less than before": receipt(test, 1, 0, 19 * MIB),
      "as much as before": receipt(test, 1, 0, 20 * MIB),
      "epoch before": receipt(test, 2, 0, 9 * MIB, { epoch: epoch - 1 }),
      "epoch to come": receipt(test, 2, 0, 9 * MIB, { epoch: epoch + 1 }),
      "for oneself": receipt(test, 2, 2, 9 * MIB),
      "of nobody": receipt(test, 2, 0, 9 * MIB, { downloader: 40_000 }),
      "for nobody": receipt(test, 2, 0, 9 * MIB, { server: 40_000 }),
      "signed by the server": signReceipt(
        test.config,
        { downloader: 2, server: 0, epoch, bytes: BigInt(9 * MIB) },
        test.state.slot,
        test.signer(0),
      ),
      "other bytes than signed": {
        ...receipt(test, 2, 0, 9 * MIB),
        signature: good[1]?.signature ?? new Uint8Array(96),
      },
    };
    const block = test.next();
    assert.equal(test.state.epoch.epoch, epoch);
    for (const [what, task] of Object.entries(wrong)) assert.ok(!test.accepts(block, parent, { relay: [task] }), what);
    const twice = receipt(test, 2, 0, 9 * MIB);
    assert.ok(!test.accepts(block, parent, { relay: [twice, twice] }), "twice");
    const kept = test.next({ relay: [...Object.values(wrong).slice(0, 7), ...good] }).body.tasks.relay;
    assert.deepEqual(kept, good, "a proposer leaves out what does not count");
  });

  it("in whatever order they come, the same is paid", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { minLength: 1, maxLength: 8 }), fc.nat(100_000), (mib, stored) => {
        const sum = mib.reduce((total, each) => total + pairCredits(each * MIB), 0);
        assert.ok(relayCredits(sum, stored) <= stored / 4);
        assert.ok(relayCredits(sum, stored) <= (mib.reduce((a, b) => a + b, 0) / 5) * 1_000);
      }),
    );
  });

  it("begin anew with every epoch", () => {
    const test = started();
    test.next({ relay: [receipt(test, 1, 0, 50 * MIB)] });
    const { epoch } = test.state.epoch;
    while (test.state.epoch.epoch === epoch) test.next();
    assert.deepEqual(test.state.epoch.relayed, []);
    assert.equal(relay(test, 0), 0);
  });
});
