import { fromHex, sha256, toHex } from "@lucid/consensus/base";
import { contractAddresses, lucidAnchorsAbi } from "@lucid/contracts";
import { encodeFunctionData } from "viem";
import type { TestWallet } from "./wallet.js";

/** LucidAnchors.FEE_PER_CHUNK_DAY for 30 days of one chunk. */
const PRICE = 30n * 10n ** 14n;
const ANCHORS = fromHex(contractAddresses.LucidAnchors);

function hashOf(text: string): `0x${string}` {
  return toHex(sha256(new TextEncoder().encode(text)));
}

/** A signed `registerSession` of one chunk, paid for 30 days; different for every label. */
export function sessionAnchor(wallet: TestWallet, nonce: number, label: string | number): Uint8Array {
  const data = encodeFunctionData({
    abi: lucidAnchorsAbi,
    functionName: "registerSession",
    args: [
      hashOf(`id/${label}`),
      hashOf(`manifest/${label}`),
      1_699_999_000n,
      toHex(wallet.address),
      hashOf(`root/${label}`),
      1,
    ],
  });
  return wallet.sign({ nonce, to: ANCHORS, data: fromHex(data), value: PRICE, gasLimit: 400_000n });
}
