import assert from "node:assert/strict";
import { fromHex, sha256, toHex, u32be } from "@lucid/consensus/base";
import { lucidAnchorsAbi } from "@lucid/contracts";
import { encodeFunctionData, encodeFunctionResult, getAddress } from "viem/utils";
import {
  decodeCount,
  decodeSession,
  decodeSessions,
  encodeSessionCall,
  encodeSessionCountCall,
  encodeSessionsCall,
} from "../../../src/rpc/anchorsAbi.js";

describe("views of LucidAnchors", () => {
  const abi = lucidAnchorsAbi;
  const owner = sha256(u32be(1)).slice(12);
  const id = sha256(u32be(2));
  const account = getAddress(toHex(owner));
  const session = (number: number) => ({
    number,
    owner: account,
    sessionId: toHex(id),
    manifestHash: toHex(sha256(u32be(number))),
    merkleRoot: toHex(sha256(u32be(number + 1))),
    chunkCount: 7,
    startedAt: 2n ** 64n - 1n,
    registeredAt: 5n,
    paidUntil: 6n,
    firstChunk: 7n,
  });
  const shown = (view: ReturnType<typeof decodeSession>) => ({
    ...view,
    owner: getAddress(toHex(view.owner)),
    sessionId: toHex(view.sessionId),
    manifestHash: toHex(view.manifestHash),
    merkleRoot: toHex(view.merkleRoot),
  });

  it("are called as the ABI says", () => {
    const encoded = [
      encodeFunctionData({ abi, functionName: "session", args: [account, toHex(id)] }),
      encodeFunctionData({ abi, functionName: "sessionCountOf", args: [account] }),
      encodeFunctionData({ abi, functionName: "sessionsOf", args: [account, 300n, 100n] }),
    ];
    const own = [encodeSessionCall(owner, id), encodeSessionCountCall(owner), encodeSessionsCall(owner, 300, 100)];
    assert.deepEqual(own.map(toHex), encoded);
  });

  it("are read as the ABI says", () => {
    const one = encodeFunctionResult({ abi, functionName: "session", result: session(1) });
    assert.deepEqual(shown(decodeSession(fromHex(one))), session(1));
    const count = encodeFunctionResult({ abi, functionName: "sessionCountOf", result: 300n });
    assert.equal(decodeCount(fromHex(count)), 300);
    for (const length of [0, 1, 3]) {
      const result = Array.from({ length }, (_, i) => session(i + 1));
      const page = encodeFunctionResult({ abi, functionName: "sessionsOf", result });
      assert.deepEqual(decodeSessions(fromHex(page)).map(shown), result);
    }
  });

  it("are refused when they are cut off", () => {
    const page = fromHex(encodeFunctionResult({ abi, functionName: "sessionsOf", result: [session(1)] }));
    for (let length = 0; length < page.length; length += 16) {
      assert.throws(() => decodeSessions(page.subarray(0, length)), { code: "RPC_INTERNAL" });
    }
  });
});
