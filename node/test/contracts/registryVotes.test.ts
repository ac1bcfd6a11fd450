import assert from "node:assert/strict";
import { fromHex } from "@lucid/consensus/base";
import { nodeIdOf, nodeInput, readRegistry, sendRegistry, setEligible } from "./support/registry.js";
import { CHAIN_ID, TestChain, users } from "./support/testChain.js";

const [alice = "0x", bob = "0x", carol = "0x"] = users;
const ids = ["one", "two", "three"].map((label) => nodeIdOf(nodeInput(label)));
const [one = "0x", two = "0x", three = "0x"] = ids;

describe("NodeRegistry: votes in governance", () => {
  let chain: TestChain;
  beforeEach(async () => {
    const peerId = new Uint8Array(32).fill(1);
    chain = await TestChain.create([
      { nodeId: fromHex(one), peerId, operator: fromHex(alice) },
      { nodeId: fromHex(two), peerId, operator: fromHex(alice) },
      { nodeId: fromHex(three), peerId, operator: fromHex(bob) },
    ]);
  });
  const change = (nodeId: (typeof ids)[number], operator: typeof alice, eligible: boolean) => ({
    nodeId,
    operator,
    eligible,
  });

  it("are an operator's eligible nodes, now and at any second before", async () => {
    const start = chain.time;
    const { events } = await setEligible(chain, [
      change(one, alice, true),
      change(two, alice, true),
      change(three, bob, true),
    ]);
    assert.deepEqual(
      events.map(({ name, args }) => [name, ...Object.values(args)]),
      [
        ["EligibilityChanged", one, alice, true],
        ["DelegateVotesChanged", alice, 0n, 1n],
        ["EligibilityChanged", two, alice, true],
        ["DelegateVotesChanged", alice, 1n, 2n],
        ["EligibilityChanged", three, bob, true],
        ["DelegateVotesChanged", bob, 0n, 1n],
      ],
    );
    chain.time = start + 100n;
    await setEligible(chain, [change(one, alice, false)]);
    chain.time = start + 200n;
    await setEligible(chain, [change(three, bob, false)]);
    chain.time = start + 300n;
    const at = async (time: bigint) => [
      await readRegistry(chain, "getPastVotes", [alice, time]),
      await readRegistry(chain, "getPastVotes", [bob, time]),
      await readRegistry(chain, "getPastTotalSupply", [time]),
    ];
    assert.deepEqual(await at(start - 1n), [0n, 0n, 0n]);
    assert.deepEqual(await at(start), [2n, 1n, 3n]);
    assert.deepEqual(await at(start + 99n), [2n, 1n, 3n]);
    assert.deepEqual(await at(start + 100n), [1n, 1n, 2n]);
    assert.deepEqual(await at(start + 299n), [1n, 0n, 1n]);
    assert.equal(await readRegistry(chain, "getVotes", [alice]), 1n);
    assert.equal(await readRegistry(chain, "getVotes", [carol]), 0n);
  });

  it("of now and of the future are no past ones", async () => {
    for (const time of [chain.time, chain.time + 1n, 2n ** 200n]) {
      await assert.rejects(readRegistry(chain, "getPastVotes", [alice, time]), { code: "ERC5805FutureLookup" });
      await assert.rejects(readRegistry(chain, "getPastTotalSupply", [time]), { code: "ERC5805FutureLookup" });
    }
  });

  it("go with the node that retires, for good", async () => {
    await setEligible(chain, [change(one, alice, true), change(two, alice, true)]);
    chain.time += 10n;
    const outcome = await sendRegistry(chain, "retire", [one], { from: alice });
    assert.deepEqual(
      outcome.events.map(({ name }) => name),
      ["NodeRetired", "EligibilityChanged", "DelegateVotesChanged"],
    );
    assert.equal(await readRegistry(chain, "getVotes", [alice]), 1n);
    chain.time += 10n;
    const { events } = await setEligible(chain, [change(one, alice, true)]);
    assert.deepEqual(events, []);
    assert.equal(await readRegistry(chain, "getVotes", [alice]), 1n);
  });

  it("do not change for the same news again, for strangers or for a copied key", async () => {
    await setEligible(chain, [change(one, alice, true)]);
    const { events } = await setEligible(chain, [
      change(one, alice, true),
      change(two, alice, false),
      change(nodeIdOf(nodeInput("nobody")), alice, true),
      change(one, bob, true),
    ]);
    assert.deepEqual(events, []);
    assert.equal(await readRegistry(chain, "getVotes", [bob]), 0n);
  });

  it("cannot be given away", async () => {
    const word = `0x${"00".repeat(32)}` as const;
    await assert.rejects(readRegistry(chain, "delegate", [bob]), { code: "DelegationDisabled" });
    const bySig = readRegistry(chain, "delegateBySig", [bob, 0n, 0n, 0, word, word]);
    await assert.rejects(bySig, { code: "DelegationDisabled" });
    assert.equal(await readRegistry(chain, "delegates", [alice]), alice);
  });

  it("are kept by time (ERC-6372), under a domain that wallets show (ERC-5267)", async () => {
    assert.equal(await readRegistry(chain, "CLOCK_MODE", []), "mode=timestamp");
    assert.equal(await readRegistry(chain, "clock", []), Number(chain.time));
    const [fields, name, version, chainId] = await readRegistry(chain, "eip712Domain", []);
    assert.deepEqual([fields, name, version, chainId], ["0x0f", "NodeRegistry", "1", BigInt(CHAIN_ID)]);
    assert.match(await readRegistry(chain, "DOMAIN_SEPARATOR", []), /^0x[0-9a-f]{64}$/);
  });
});
