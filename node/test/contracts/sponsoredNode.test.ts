import assert from "node:assert/strict";
import type { Hex } from "@lucid/contracts";
import { concatHex, numberToHex, parseSignature } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import {
  domain,
  NO_POOL,
  type NodeInput,
  nodeIdOf,
  nodeInput,
  poolOf,
  readRegistry,
  registerArguments,
  registerTypes,
  sendRegistry,
  signJoin,
} from "./support/registry.js";
import { BOND, BOND_LOCK, TestChain, users } from "./support/testChain.js";

const [sponsor = "0x"] = users;
const operator = privateKeyToAccount(`0x${"11".repeat(32)}`);
const stranger = privateKeyToAccount(`0x${"22".repeat(32)}`);
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const input = nodeInput("sponsored");
const nodeId = nodeIdOf(input);

describe("NodeRegistry: registerFor", () => {
  let chain: TestChain;
  let deadline: bigint;
  beforeEach(async () => {
    chain = await TestChain.create();
    deadline = chain.time + 600n;
  });

  const sign = (given: NodeInput, until: bigint, over: object = {}, by = operator) =>
    by.signTypedData({
      domain: { ...domain, ...over },
      types: registerTypes,
      primaryType: "RegisterNode",
      message: { ...given, operator: operator.address, deadline: until },
    });
  const send = (given: NodeInput, until: bigint, signature: Hex, owner: Hex = operator.address) =>
    sendRegistry(chain, "registerFor", [owner, ...registerArguments(given), until, signature], {
      from: sponsor,
      value: BOND,
    });

  it("takes wallets' typed-data signature; the node is the signer's, the bond the payer's", async () => {
    const outcome = await send(input, deadline, await sign(input, deadline));
    assert.deepEqual(
      outcome.events.map(({ name, args }) => [name, args["operator"]]),
      [["NodeRegistered", operator.address]],
    );
    const node = await readRegistry(chain, "node", [nodeId, operator.address]);
    assert.deepEqual([node.bondPayer, node.bond], [sponsor, BOND]);
    const replay = await send(input, deadline, await sign(input, deadline));
    assert.equal(replay.error?.name, "KeyUsed");

    const retired = await sendRegistry(chain, "retire", [nodeId], { from: sponsor });
    assert.equal(retired.error?.name, "UnknownNode", "who pays owns nothing");
    await chain.send({ from: sponsor, to: operator.address.toLowerCase() as Hex, data: "0x", value: 10n ** 18n });
    await sendRegistry(chain, "retire", [nodeId], { from: operator.address.toLowerCase() as Hex, gas: 1_000_000n });
    chain.time += BOND_LOCK;
    const before = await chain.balance(sponsor);
    const paid = await sendRegistry(chain, "withdrawBond", [nodeId, operator.address], { from: users[1] ?? "0x" });
    assert.equal(paid.error, undefined);
    assert.equal(await chain.balance(sponsor), before + BOND);
  });

  it("holds up to the deadline's second", async () => {
    const signature = await sign(input, deadline);
    chain.time = deadline + 1n;
    assert.deepEqual((await send(input, deadline, signature)).error, { name: "SignatureExpired", args: [deadline] });
    chain.time = deadline;
    assert.equal((await send(input, deadline, signature)).error, undefined);
  });

  it("refuses the signature for any other value, domain or signer", async () => {
    const signature = await sign(input, deadline);
    const other = nodeInput("other");
    // The proof is covered too: with a wrong one, consensus would ignore the node and its key would be used up.
    const changes: Partial<NodeInput>[] = [
      { blsKey: other.blsKey },
      { proofOfPossession: other.proofOfPossession },
      { peerId: other.peerId },
      { poolId: other.peerId },
      { capacityMiB: 7 },
    ];
    for (const change of changes) {
      const outcome = await send({ ...input, ...change }, deadline, signature);
      assert.equal(outcome.error?.name, "BadOperatorSignature", Object.keys(change).join());
    }
    assert.equal((await send(input, deadline + 1n, signature)).error?.name, "BadOperatorSignature", "deadline");
    assert.equal((await send(input, deadline, signature, sponsor)).error?.name, "BadOperatorSignature", "operator");
    for (const over of [{ chainId: 1 }, { version: "2" }, { name: "X" }, { verifyingContract: operator.address }]) {
      const foreign = await send(input, deadline, await sign(input, deadline, over));
      assert.equal(foreign.error?.name, "BadOperatorSignature", Object.keys(over).join());
    }
    const forged = await send(input, deadline, await sign(input, deadline, {}, stranger));
    assert.equal(forged.error?.name, "BadOperatorSignature");
  });

  it("refuses malleable, short and empty signatures", async () => {
    const { r, s, yParity } = parseSignature(await sign(input, deadline));
    const high = concatHex([r, numberToHex(CURVE_ORDER - BigInt(s), { size: 32 }), yParity === 0 ? "0x1c" : "0x1b"]);
    const bad: Hex[] = [high, concatHex([r, s]), "0x", `0x${"00".repeat(65)}`, concatHex([r, s, "0x1d"])];
    for (const one of bad) assert.equal((await send(input, deadline, one)).error?.name, "BadOperatorSignature", one);
    // Zero as the operator must not match a failed recovery.
    const nobody: Hex = `0x${"00".repeat(20)}`;
    const zeros: Hex = `0x${"00".repeat(65)}`;
    assert.equal((await send(input, deadline, zeros, nobody)).error?.name, "BadOperatorSignature");
  });

  it("joins a pool with the owner's consent beside the operator's", async () => {
    const pooled = { ...input, poolId: poolOf(stranger.address) };
    const signature = await sign(pooled, deadline);
    assert.equal((await send(pooled, deadline, signature)).error?.name, "BadPoolSignature");
    const poolSignature = await signJoin(stranger, nodeId, operator.address, 0);
    assert.equal((await send({ ...pooled, poolSignature }, deadline, signature)).error, undefined);
    const node = await readRegistry(chain, "node", [nodeId, operator.address]);
    assert.notEqual(node.poolId, NO_POOL);
  });
});
