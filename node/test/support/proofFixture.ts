import assert from "node:assert/strict";
import { fromHex, sha256, toHex, u32be } from "@lucid/consensus/base";
import { rootOfEntries, sessionRoot } from "@lucid/consensus/proofs";
import { lucidAnchorsAbi } from "@lucid/contracts";
import { encodeFunctionData } from "viem/utils";
import { ANCHORS_ADDRESS } from "../../src/proof/sessionEvent.js";
import { RpcChain, type RpcChainOptions, wallets } from "./rpcChain.js";
import type { TestWallet } from "./wallet.js";

/** 0.0001 LUCID for a chunk and day, 30 days. */
const FEE = 10n ** 14n * 30n;

export interface TestSession {
  readonly sessionId: Uint8Array;
  /** The manifest's parts last. */
  readonly chunkRoots: readonly Uint8Array[];
  readonly manifestHash: Uint8Array;
  readonly merkleRoot: Uint8Array;
}

export function testSession(seed: number, chunks = 5): TestSession {
  const chunkRoots = Array.from({ length: chunks }, (_, i) => sha256(u32be(seed), u32be(i)));
  const id = sha256(u32be(seed)).slice(0, 16);
  const sessionId = new Uint8Array(32);
  sessionId.set(id);
  return {
    sessionId,
    chunkRoots,
    manifestHash: rootOfEntries(chunkRoots.slice(-1)),
    merkleRoot: sessionRoot(chunkRoots),
  };
}

/** Signed registration by the wallet. */
export function registration(session: TestSession, wallet: TestWallet, nonce: number): Uint8Array {
  const { sessionId, manifestHash, merkleRoot, chunkRoots } = session;
  const data = encodeFunctionData({
    abi: lucidAnchorsAbi,
    functionName: "registerSession",
    args: [
      toHex(sessionId),
      toHex(manifestHash),
      1_799_990_000n,
      toHex(wallet.address),
      toHex(merkleRoot),
      chunkRoots.length,
    ],
  });
  return wallet.sign({
    nonce,
    to: ANCHORS_ADDRESS,
    value: FEE * BigInt(chunkRoots.length),
    data: fromHex(data),
    gasLimit: 400_000n,
  });
}

/** A chain with a registration among other transactions, some blocks before and after it. */
export async function chainWithSession(options: RpcChainOptions & { readonly before?: number } = {}): Promise<{
  readonly chain: RpcChain;
  readonly session: TestSession;
  readonly owner: TestWallet;
  readonly height: number;
}> {
  const chain = await RpcChain.create(options);
  const [owner, other] = wallets;
  assert.ok(owner !== undefined && other !== undefined);
  for (let i = 0; i < (options.before ?? 1); i++) await chain.mine();
  const session = testSession(1);
  const { pool } = chain.parts;
  for (let nonce = 0; nonce < 3; nonce++) await pool.add(registration(testSession(10 + nonce), other, nonce));
  await pool.add(registration(session, owner, 0));
  const block = await chain.mine();
  const receipts = chain.parts.chain.receipts(block.header.height) ?? [];
  assert.deepEqual(
    receipts.map(({ status }) => status),
    [1, 1, 1, 1],
  );
  await chain.mine();
  return { chain, session, owner, height: block.header.height };
}
