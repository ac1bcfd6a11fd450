import assert from "node:assert/strict";
import { sha256, toHex } from "@lucid/consensus/base";
import type { Hex } from "@lucid/contracts";
import { encodeAbiParameters, hexToBytes } from "viem";
import { DEVNET_SIGNERS } from "../../src/networks/index.js";
import {
  act,
  currentSigners,
  governedChain,
  passed,
  propose,
  ready,
  rotateAction,
  SIGNERS,
  type SignerSet,
  setAction,
  TIMELOCK_ADDRESS,
  timing,
  tronSigner,
} from "./support/governance.js";
import { MIB } from "./support/params.js";
import { CHAIN_ID, type TestChain, users } from "./support/testChain.js";

const set = (label: string): SignerSet => [tronSigner(`${label}1`), tronSigner(`${label}2`), tronSigner(`${label}3`)];

/** Computed without the contract. */
function digestOf(epoch: bigint, signers: readonly Hex[]): Hex {
  const words = signers.map((signer): Hex => `0x${signer.slice(2).padEnd(64, "0")}`);
  const [a = "0x", b = "0x", c = "0x"] = words;
  const types = ["uint64", "bytes32", "bytes32", "bytes32", "uint256", "uint256"].map((type) => ({ type }));
  return toHex(sha256(hexToBytes(encodeAbiParameters(types, [epoch, a, b, c, 2n, BigInt(CHAIN_ID)]))));
}

describe("SignerRegistry", () => {
  let chain: TestChain;
  beforeEach(async () => {
    chain = await governedChain();
  });

  it("starts with the genesis signers, epoch 0 and their digest", async () => {
    const signers = DEVNET_SIGNERS.map((signer) => toHex(signer));
    assert.deepEqual(await currentSigners(chain), { epoch: 0n, signers, digest: digestOf(0n, signers) });
  });

  it("rotates by vote, and the event carries what the set before signs", async () => {
    const next = set("next");
    const proposal = await ready(chain, { actions: [rotateAction(1n, next)], description: "rotate" });
    const outcome = await act(chain, "execute", proposal);
    const digest = digestOf(1n, next);
    assert.deepEqual(outcome.events[0], {
      contract: "SignerRegistry",
      name: "SignersRotated",
      args: { epoch: 1n, signers: next, digest },
      topics: 2,
    });
    assert.deepEqual(await currentSigners(chain), { epoch: 1n, signers: next, digest });
  });

  it("refuses to be rotated by anybody but the timelock", async () => {
    for (const from of [...users, SIGNERS]) {
      const { data } = rotateAction(1n, set("x"));
      assert.equal((await chain.sendAs({ from, to: SIGNERS, data })).error?.name, "NotTimelock");
    }
  });

  it("refuses a set that is none, at the proposal and at the rotation", async () => {
    const [a, b, c] = set("x");
    const wrong: readonly (readonly [bigint, SignerSet, string])[] = [
      [0n, [a, b, c], "WrongEpoch"],
      [2n, [a, b, c], "WrongEpoch"],
      [1n, [a, b, a], "BadSigner"],
      [1n, [a, a, c], "BadSigner"],
      [1n, [a, b, `0x${"00".repeat(21)}`], "BadSigner"],
      [1n, [`0x41${"00".repeat(20)}`, b, c], "BadSigner"],
      [1n, [`0xa0${a.slice(4)}`, b, c], "BadSigner"],
    ];
    for (const [epoch, signers, expected] of wrong) {
      const action = rotateAction(epoch, signers);
      assert.equal((await propose(chain, { actions: [action], description: "x" })).error?.name, expected);
      const direct = await chain.sendAs({ from: TIMELOCK_ADDRESS, to: SIGNERS, data: action.data });
      assert.equal(direct.error?.name, expected);
    }
    assert.equal((await currentSigners(chain)).epoch, 0n);
  });

  it("runs one of two rotations that were voted for at once: the other one is overtaken", async () => {
    const first = await passed(chain, { actions: [rotateAction(1n, set("a"))], description: "a" });
    const second = await passed(chain, { actions: [rotateAction(1n, set("b"))], description: "b" });
    for (const proposal of [first, second]) await act(chain, "queue", proposal);
    chain.time += timing.timelock;
    assert.equal((await act(chain, "execute", second)).error, undefined);
    assert.equal((await act(chain, "execute", first)).error?.name, "WrongEpoch");
    assert.deepEqual((await currentSigners(chain)).signers, set("b"));
  });

  it("rotates together with a parameter or not at all", async () => {
    const both = [setAction("maxChunkSize", MIB), rotateAction(1n, set("a"))];
    const proposal = await ready(chain, { actions: both, description: "both" });
    assert.deepEqual(
      (await act(chain, "execute", proposal)).events.map(({ name }) => name),
      ["ParamChanged", "CallExecuted", "SignersRotated", "CallExecuted", "ProposalExecuted"],
    );
  });
});
