import assert from "node:assert/strict";
import { contractAddresses, type Hex } from "@lucid/contracts";
import { concatHex, numberToHex, parseSignature } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import {
  price,
  readAnchors,
  type SessionInput,
  sendAnchors,
  sessionArguments,
  sessionInput,
} from "./support/sessions.js";
import { CHAIN_ID, TestChain, users } from "./support/testChain.js";

const [sponsor = "0x"] = users;
const owner = privateKeyToAccount(`0x${"11".repeat(32)}`);
const stranger = privateKeyToAccount(`0x${"22".repeat(32)}`);
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const domain = {
  name: "LucidAnchors",
  version: "1",
  chainId: CHAIN_ID,
  verifyingContract: contractAddresses.LucidAnchors,
} as const;
const types = {
  RegisterSession: [
    { name: "sessionId", type: "bytes32" },
    { name: "manifestHash", type: "bytes32" },
    { name: "startedAt", type: "uint64" },
    { name: "owner", type: "address" },
    { name: "merkleRoot", type: "bytes32" },
    { name: "chunkCount", type: "uint32" },
    { name: "deadline", type: "uint64" },
  ],
} as const;

describe("LucidAnchors: registerSessionFor", () => {
  const input = sessionInput("sponsored", 5, owner.address.toLowerCase() as Hex);
  let chain: TestChain;
  let deadline: bigint;
  beforeEach(async () => {
    chain = await TestChain.create();
    deadline = chain.time + 600n;
  });

  const sign = (signed: SessionInput, until: bigint, over: Partial<typeof domain> | object = {}, by = owner) =>
    by.signTypedData({
      domain: { ...domain, ...over },
      types,
      primaryType: "RegisterSession",
      message: { ...signed, deadline: until },
    });
  const send = (given: SessionInput, until: bigint, signature: Hex) =>
    sendAnchors(chain, "registerSessionFor", [...sessionArguments(given), until, signature], {
      from: sponsor,
      value: price(given.chunkCount, 30),
    });

  it("takes wallets' typed-data signature; the session is the signer's, the payer is in the event", async () => {
    const outcome = await send(input, deadline, await sign(input, deadline));
    assert.equal(outcome.error, undefined);
    assert.deepEqual(
      outcome.events.map((event) => [event.name, event.args["owner"], event.args["payer"]]),
      [
        ["SessionRegistered", owner.address, undefined],
        ["RetentionPaid", owner.address, sponsor],
      ].map((row) => row.slice(0, 3)),
    );
    assert.equal((await readAnchors(chain, "sessionsOf", [owner.address, 0n, 9n])).length, 1);
    const replay = await send(input, deadline, await sign(input, deadline));
    assert.equal(replay.error?.name, "SessionExists");
  });

  it("holds up to the deadline's second", async () => {
    const signature = await sign(input, deadline);
    chain.time = deadline + 1n;
    const late = await send(input, deadline, signature);
    assert.deepEqual(late.error, { name: "SignatureExpired", args: [deadline] });
    chain.time = deadline;
    assert.equal((await send(input, deadline, signature)).error, undefined);
  });

  it("refuses the signature for any other value, domain or signer", async () => {
    const signature = await sign(input, deadline);
    const other = sessionInput("other", 6, input.owner);
    const changes: Partial<SessionInput>[] = [
      { sessionId: other.sessionId },
      { manifestHash: other.manifestHash },
      { startedAt: input.startedAt + 1n },
      { owner: sponsor },
      { merkleRoot: other.merkleRoot },
      { chunkCount: 6 },
    ];
    for (const change of changes) {
      const outcome = await send({ ...input, ...change }, deadline, signature);
      assert.equal(outcome.error?.name, "BadSignature", Object.keys(change).join());
    }
    assert.equal((await send(input, deadline + 1n, signature)).error?.name, "BadSignature", "deadline");
    for (const over of [{ chainId: 1 }, { version: "2" }, { name: "X" }, { verifyingContract: owner.address }]) {
      const foreign = await send(input, deadline, await sign(input, deadline, over));
      assert.equal(foreign.error?.name, "BadSignature", Object.keys(over).join());
    }
    const forged = await send(input, deadline, await sign(input, deadline, {}, stranger));
    assert.equal(forged.error?.name, "BadSignature");
  });

  it("refuses malleable, short and empty signatures", async () => {
    const signature = await sign(input, deadline);
    const { r, s, yParity } = parseSignature(signature);
    const high = concatHex([r, numberToHex(CURVE_ORDER - BigInt(s), { size: 32 }), yParity === 0 ? "0x1c" : "0x1b"]);
    const bad: Hex[] = [high, concatHex([r, s]), "0x", `0x${"00".repeat(65)}`, concatHex([r, s, "0x1d"])];
    for (const one of bad) assert.equal((await send(input, deadline, one)).error?.name, "BadSignature", one);
    // Zero as the owner must not match a failed recovery.
    const nobody = { ...input, owner: `0x${"00".repeat(20)}` as Hex };
    assert.equal((await send(nobody, deadline, `0x${"00".repeat(65)}`)).error?.name, "BadSignature");
  });

  it("shows wallets its domain (ERC-5267)", async () => {
    const [fields, name, version, chainId, contract] = await readAnchors(chain, "eip712Domain", []);
    assert.deepEqual(
      [fields, name, version, chainId, contract],
      ["0x0f", "LucidAnchors", "1", BigInt(CHAIN_ID), contractAddresses.LucidAnchors],
    );
  });
});
