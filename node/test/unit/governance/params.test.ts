import assert from "node:assert/strict";
import { fromHex, toHex } from "@lucid/consensus/base";
import { artifactOf, contractAddresses } from "@lucid/contracts";
import { buildGenesisAlloc } from "../../../src/genesis/index.js";
import { ParamReader, paramBounds, paramKey, paramNames } from "../../../src/governance/params.js";
import { genesisContractOptions } from "../../../src/networks/index.js";
import { encodeSet, readParams } from "../../contracts/support/params.js";
import { TestChain } from "../../contracts/support/testChain.js";

describe("reader of the governed parameters", () => {
  it("knows the contract's keys, bounds, first values and place in the storage", async () => {
    const chain = await TestChain.create();
    assert.deepEqual(
      await readParams(chain, "all", []),
      paramNames.map((name) => {
        const { min, max, initial } = paramBounds[name];
        return { key: toHex(paramKey(name)), value: BigInt(initial), min: BigInt(min), max: BigInt(max) };
      }),
    );
    const { storage } = artifactOf("ParamRegistry").storageLayout;
    assert.deepEqual(
      storage.map(({ label, slot }) => [label, slot]),
      [["_values", "0"]],
    );
    assert.ok(encodeSet("maxChunkSize", 1n).includes(toHex(paramKey("maxChunkSize")).slice(2)));
  });

  it("reads the state of the last final block, once for each", async () => {
    const contracts = genesisContractOptions({ preset: "devnet", slotDuration: 6, validators: [] });
    const accounts = await buildGenesisAlloc({ chainId: 120122, balances: [], contracts });
    const account = accounts.find(({ address }) => toHex(address) === contractAddresses.ParamRegistry);
    const slots = new Map((account?.storage ?? []).map(([slot, value]) => [toHex(slot), value]));
    let height = 0;
    let reads = 0;
    const reader = new ParamReader({
      chain: { head: () => ({ header: { height } }) as never },
      state: {
        storage(address, slot, at) {
          assert.deepEqual([toHex(address), at], [contractAddresses.ParamRegistry, height]);
          reads++;
          return slots.get(toHex(slot)) ?? new Uint8Array(32);
        },
      },
    });
    const first = { payoutEpochLength: 2_592_000, maxChunkSize: 16_777_216, policyTimeoutMs: 30_000 };
    assert.deepEqual(reader.current(), first);
    assert.deepEqual(reader.current(), first);
    assert.equal(reads, 3);
    for (const [slot, value] of slots) if (BigInt(toHex(value)) === 16_777_216n) slots.set(slot, word(1_048_576));
    assert.deepEqual(reader.current(), first, "not before the next block");
    height = 1;
    assert.deepEqual(reader.current(), { ...first, maxChunkSize: 1_048_576 });
    slots.clear();
    height = 2;
    assert.deepEqual(reader.current(), first, "a network without the registry");
  });
});

function word(value: number): Uint8Array {
  return fromHex(value.toString(16).padStart(64, "0"));
}
