import assert from "node:assert/strict";
import { fromHex, hasCode, toHex } from "@lucid/consensus/base";
import { artifactOf, contractAddresses } from "@lucid/contracts";
import {
  buildGenesisAlloc as buildAlloc,
  type GenesisAccount,
  type GenesisAllocOptions,
} from "../../../src/genesis/index.js";
import { genesisContractOptions } from "../../../src/networks/index.js";

const alice = fromHex("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
const bob = fromHex("0x0000000000000000000000000000000000000b0b");

/** Without founding nodes; NodeRegistry's own tests have some. */
const contracts = genesisContractOptions({ preset: "devnet", slotDuration: 6, validators: [] });
const buildGenesisAlloc = (options: Omit<GenesisAllocOptions, "contracts">) => buildAlloc({ ...options, contracts });

function printable(accounts: readonly GenesisAccount[]): unknown {
  return accounts.map((a) => ({
    address: toHex(a.address),
    nonce: a.nonce.toString(),
    balance: a.balance.toString(),
    code: toHex(a.code),
    storage: a.storage.map(([slot, value]) => [toHex(slot), toHex(value)]),
  }));
}

describe("genesis allocation", () => {
  it("is the same every time, by ascending address, whatever the order of the balances", async () => {
    const one = { address: alice, balance: 5n };
    const two = { address: bob, balance: 7n };
    const first = await buildGenesisAlloc({ chainId: 120122, balances: [one, two] });
    const second = await buildGenesisAlloc({ chainId: 120122, balances: [two, one] });
    assert.deepEqual(printable(first), printable(second));
    assert.deepEqual(
      first.map((account) => toHex(account.address)),
      [
        toHex(bob),
        contractAddresses.LucidAnchors,
        contractAddresses.LucidChunkStore,
        contractAddresses.NodeRegistry,
        contractAddresses.ParamRegistry,
        contractAddresses.SignerRegistry,
        contractAddresses.LucidTimelock,
        contractAddresses.LucidGovernor,
        toHex(alice),
      ],
    );
  });

  it("holds the contracts with immutables filled in, nonce 1 and the constructor's storage", async () => {
    const accounts = await buildGenesisAlloc({ chainId: 120122, balances: [] });
    const anchors = accounts.find((account) => toHex(account.address) === contractAddresses.LucidAnchors);
    const store = accounts.find((account) => toHex(account.address) === contractAddresses.LucidChunkStore);
    assert.ok(anchors && store);
    assert.equal(toHex(store.code), artifactOf("LucidChunkStore").runtimeCode);
    assert.deepEqual(store.storage, []);
    assert.equal(anchors.nonce, 1n);

    const { runtimeCode, immutableReferences, storageLayout } = artifactOf("LucidAnchors");
    const blank = Uint8Array.from(anchors.code);
    const values = new Set<string>();
    for (const { start, length } of Object.values(immutableReferences).flat()) {
      values.add(toHex(blank.slice(start, start + length)));
      blank.fill(0, start, start + length);
    }
    assert.equal(toHex(blank), runtimeCode, "equal but for the immutables");
    assert.ok(values.has(`0x${(120122).toString(16).padStart(64, "0")}`), "chain id");
    assert.ok(values.has(`0x${contractAddresses.LucidAnchors.slice(2).padStart(64, "0")}`), "its own address");
    assert.ok(values.has(`0x${contractAddresses.LucidChunkStore.slice(2).padStart(64, "0")}`), "the chunk store");

    const ledger = storageLayout.storage.find((variable) => variable.label === "_ledger");
    assert.deepEqual(
      anchors.storage.map(([slot]) => BigInt(toHex(slot))),
      [BigInt(ledger?.slot ?? -1)],
    );
  });

  it("differs between chains in the EIP-712 domain only", async () => {
    const [a, b] = await Promise.all([120120, 120121].map((chainId) => buildGenesisAlloc({ chainId, balances: [] })));
    assert.ok(a && b);
    assert.notDeepEqual(printable(a), printable(b));
    assert.deepEqual(a[0]?.storage, b[0]?.storage);
    assert.equal(a[0]?.code.length, b[0]?.code.length);
  });

  it("refuses what is no state, and leaves out empty accounts", async () => {
    const invalid = (error: unknown): boolean => hasCode(error, "GENESIS_INVALID");
    const build = (address: Uint8Array, balance: bigint, again = false) =>
      buildGenesisAlloc({
        chainId: 1,
        balances: again
          ? [
              { address, balance },
              { address, balance },
            ]
          : [{ address, balance }],
      });
    await assert.rejects(build(alice, 1n, true), invalid);
    await assert.rejects(build(fromHex(contractAddresses.LucidAnchors), 1n), invalid);
    await assert.rejects(build(alice, -1n), invalid);
    await assert.rejects(build(alice, 1n << 256n), invalid);
    await assert.rejects(build(alice.slice(1), 1n), invalid);
    assert.equal((await build(alice, 0n)).length, Object.keys(contractAddresses).length);
  });
});
