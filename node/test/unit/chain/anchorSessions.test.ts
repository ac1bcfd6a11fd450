import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fromHex, sha256, toHex } from "@lucid/consensus/base";
import { contractAddresses, lucidAnchorsAbi } from "@lucid/contracts";
import { encodeFunctionData } from "viem";
import { ANCHORS_SLOT, ENTRIES_SLOT, LEDGER_SLOT } from "../../../src/chain/anchorSessions.js";
import { anchorSessionsOf } from "../../support/anchorStorage.js";
import { BuiltChain, builtNetwork, richWallets } from "../../support/builtChain.js";

interface Layout {
  readonly storage: readonly { readonly label: string; readonly slot: string }[];
  readonly types: Readonly<
    Record<string, { readonly members?: readonly { label: string; slot: string; offset: number }[] }>
  >;
}

const file = new URL("../../../../../contracts/artifacts/LucidAnchors.json", import.meta.url);
const { storageLayout } = JSON.parse(readFileSync(file, "utf8")) as { readonly storageLayout: Layout };
const FEE = 10n ** 14n;

function register(nonce: number, label: string, chunks: number, days: bigint): Uint8Array {
  const [wallet] = richWallets;
  assert.ok(wallet !== undefined);
  const hash = (text: string) => toHex(sha256(new TextEncoder().encode(text)));
  const data = encodeFunctionData({
    abi: lucidAnchorsAbi,
    functionName: "registerSession",
    args: [hash(`id/${label}`), hash("manifest"), 7n, toHex(wallet.address), hash(`root/${label}`), chunks],
  });
  const value = FEE * BigInt(chunks) * days;
  return wallet.sign({
    nonce,
    to: fromHex(contractAddresses.LucidAnchors),
    data: fromHex(data),
    value,
    gasLimit: 400_000n,
  });
}

describe("sessions read from the storage of LucidAnchors", () => {
  it("the places of its variables are those of the compiler", () => {
    const { storage, types } = storageLayout;
    const slotOf = (label: string) => Number(storage.find((each) => each.label === label)?.slot);
    assert.deepEqual(["_ledger", "_anchors", "_entries"].map(slotOf), [LEDGER_SLOT, ANCHORS_SLOT, ENTRIES_SLOT]);
    const members = (name: string) => {
      const [, type] = Object.entries(types).find(([key]) => key.startsWith(`t_struct(${name})`)) ?? [];
      return Object.fromEntries(
        (type?.members ?? []).map(({ label, slot, offset }) => [label, [Number(slot), offset]]),
      );
    };
    assert.deepEqual(members("Ledger"), {
      count: [0, 0],
      totalChunks: [0, 4],
      firstNumber: [0, 12],
      firstChunk: [0, 16],
      sweepAfter: [0, 24],
    });
    assert.deepEqual(members("Entry"), { sessionId: [0, 0], owner: [1, 0], firstChunk: [1, 20], chunkCount: [1, 28] });
    assert.deepEqual(members("Anchor"), {
      manifestHash: [0, 0],
      merkleRoot: [1, 0],
      startedAt: [2, 0],
      registeredAt: [2, 8],
      paidUntil: [2, 16],
      number: [2, 24],
      chunkCount: [2, 28],
    });
  });

  it("are what was registered, at each height, and challenges come from them", async () => {
    const chain = await BuiltChain.open(await builtNetwork({ validators: 4 }));
    const sessions = anchorSessionsOf(chain.store);
    await chain.extend(2);
    assert.deepEqual(sessions.at(2).ledger(), { count: 0, totalChunks: 0, firstNumber: 1, firstChunk: 0 });
    await chain.next({ transactions: [register(0, "a", 5, 30n), register(1, "b", 70_000, 31n)] });
    const time = Number(chain.tip.header.timestamp);
    await chain.next({ transactions: [register(2, "c", 1, 40n)] });
    assert.equal(sessions.at(2).ledger().count, 0);
    assert.deepEqual(sessions.at(3).ledger(), { count: 2, totalChunks: 70_005, firstNumber: 1, firstChunk: 0 });
    assert.equal(sessions.at(4).ledger().count, 3);
    const root = (label: string) => sha256(new TextEncoder().encode(`root/${label}`));
    assert.deepEqual(sessions.at(4).session(2), {
      merkleRoot: root("b"),
      chunkCount: 70_000,
      firstChunk: 5,
      registeredAt: time,
      paidUntil: time + 31 * 86_400,
    });
    assert.deepEqual(
      [1, 2, 3].map((number) => sessions.at(4).firstChunk(number)),
      [0, 5, 70_005],
    );
    // Block 4 was drawn for with the sessions of block 3.
    const [set] = chain.tip.state.challenges;
    assert.equal(set?.height, 4);
    assert.equal(set?.items.length, chain.config.params.challengesPerBlock);
    assert.ok(set?.items.every(({ session }) => session <= 2));
    // At the epoch's end the mix of its sessions is noted.
    await chain.extend(10);
    assert.equal(chain.tip.state.placementMixes.length, 1);
    assert.equal(chain.tip.state.sessions, 3);
    await chain.stop();
  });
});
