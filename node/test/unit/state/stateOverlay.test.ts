import assert from "node:assert/strict";
import { Account, Address } from "@ethereumjs/util";
import { MemoryStore } from "@lucid/storage";
import fc from "fast-check";
import { initialiseState } from "../../../src/state/genesisState.js";
import { HeadState } from "../../../src/state/headState.js";
import { StateOverlay } from "../../../src/state/stateOverlay.js";
import { alloc } from "../../support/testChain.js";
import { addressOf, testContracts, word } from "../../support/testContracts.js";

const addresses = [testContracts.writer.address, addressOf(0x5001), addressOf(0x5002)].map(
  (bytes) => new Address(bytes),
);

async function openHead(): Promise<HeadState> {
  const store = new MemoryStore();
  await initialiseState(store, alloc);
  return HeadState.open(store, { keepBlocks: 4, archive: false });
}

type Step =
  | { readonly do: "account"; readonly at: number; readonly balance: number }
  | { readonly do: "delete"; readonly at: number }
  | { readonly do: "slot"; readonly at: number; readonly slot: number; readonly value: number }
  | { readonly do: "checkpoint" | "commit" | "revert" | "transaction" };

const at = fc.nat({ max: addresses.length - 1 });
const script: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant("account" as const), at, balance: fc.nat({ max: 9 }) }),
    // The first has storage in the head, which cannot be deleted on this chain.
    fc.record({ do: fc.constant("delete" as const), at: fc.integer({ min: 1, max: addresses.length - 1 }) }),
    fc.record({ do: fc.constant("slot" as const), at, slot: fc.constantFrom(1, 2, 7), value: fc.nat({ max: 3 }) }),
    fc.record({
      do: fc.constantFrom("checkpoint" as const, "commit" as const, "revert" as const, "transaction" as const),
    }),
  ),
  { maxLength: 60 },
);

/** What the overlay should show: copied as a whole at each checkpoint. */
interface Picture {
  readonly balances: Map<number, number | undefined>;
  readonly slots: Map<string, number>;
}

const copy = ({ balances, slots }: Picture): Picture => ({ balances: new Map(balances), slots: new Map(slots) });

describe("StateOverlay", () => {
  it("shows what was written, reverted and committed, and the values at the start of a transaction", async () => {
    const head = await openHead();
    await fc.assert(
      fc.asyncProperty(script, async (steps) => {
        const overlay = new StateOverlay(head);
        let now: Picture = { balances: new Map([[0, 0]]), slots: new Map([["0/7", 77]]) };
        let start = copy(now);
        const saved: Picture[] = [];
        for (const step of steps) {
          const address = "at" in step ? addresses[step.at] : undefined;
          if (step.do === "account" && address !== undefined) {
            await overlay.putAccount(address, new Account(1n, BigInt(step.balance)));
            now.balances.set(step.at, step.balance);
          } else if (step.do === "delete" && address !== undefined) {
            await overlay.deleteAccount(address);
            if (now.balances.get(step.at) !== undefined) {
              for (const slot of [1, 2, 7]) now.slots.delete(`${step.at}/${slot}`);
            }
            now.balances.set(step.at, undefined);
          } else if (step.do === "slot" && address !== undefined) {
            await overlay.putStorage(
              address,
              word(step.slot),
              step.value === 0 ? new Uint8Array(2) : Uint8Array.of(0, step.value),
            );
            now.slots.set(`${step.at}/${step.slot}`, step.value);
          } else if (step.do === "checkpoint") {
            await overlay.checkpoint();
            saved.push(copy(now));
          } else if (step.do === "commit" && saved.length > 0) {
            await overlay.commit();
            saved.pop();
          } else if (step.do === "revert" && saved.length > 0) {
            await overlay.revert();
            now = saved.pop() ?? now;
          } else if (step.do === "transaction" && saved.length === 0) {
            overlay.originalStorageCache.clear();
            start = copy(now);
          }
          for (const [i, one] of addresses.entries()) {
            const balance = (await overlay.getAccount(one))?.balance;
            assert.equal(balance, now.balances.get(i) === undefined ? undefined : BigInt(now.balances.get(i) ?? 0));
            for (const slot of [1, 2, 7]) {
              const value = now.slots.get(`${i}/${slot}`) ?? 0;
              assert.deepEqual(await overlay.getStorage(one, word(slot)), Uint8Array.from(value === 0 ? [] : [value]));
            }
          }
        }
        for (const [key, value] of now.slots) {
          const [i, slot] = key.split("/").map(Number);
          const one = addresses[i ?? 0];
          if (one === undefined || start.slots.get(key) === value) continue;
          const original = await overlay.originalStorageCache.get(one, word(slot ?? 0));
          const expected = start.slots.get(key) ?? 0;
          assert.deepEqual(original, Uint8Array.from(expected === 0 ? [] : [expected]));
        }
      }),
      { numRuns: 300, seed: 9 },
    );
  });

  it("refuses to seal what would wipe a contract's storage", async () => {
    const head = await openHead();
    for (const wipe of ["deleteAccount", "clearStorage"] as const) {
      const overlay = new StateOverlay(head);
      const [contract] = addresses;
      assert.ok(contract !== undefined);
      await overlay[wipe](contract);
      assert.equal((await overlay.getStorage(contract, word(7))).length, 0);
      assert.throws(() => head.seal(overlay.changes(), 1), { code: "STATE_UNSUPPORTED" });
    }
  });

  it("does not do what only a whole state can", async () => {
    const overlay = new StateOverlay(await openHead());
    await assert.rejects(overlay.getStateRoot(), { code: "STATE_UNSUPPORTED" });
    await assert.rejects(overlay.setStateRoot(), { code: "STATE_UNSUPPORTED" });
    await assert.rejects(overlay.commit(), { code: "STATE_UNSUPPORTED" });
    assert.throws(() => overlay.shallowCopy(), { code: "STATE_UNSUPPORTED" });
    assert.equal(await overlay.hasStateRoot(), false);
  });
});
