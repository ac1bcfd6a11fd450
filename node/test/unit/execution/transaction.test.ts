import assert from "node:assert/strict";
import { RLP } from "@ethereumjs/rlp";
import { createTxFromRLP } from "@ethereumjs/tx";
import { CodedError, concatBytes, equalBytes, fromHex, toHex } from "@lucid/consensus/base";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { larger } from "../../../src/execution/bigints.js";
import { createChainRules } from "../../../src/execution/chainRules.js";
import { recoverPublicKey, recoverSender } from "../../../src/execution/sender.js";
import { decodeTransaction, transactionHash } from "../../../src/execution/transaction.js";
import { baseGas, isPrecompile, validateBasic } from "../../../src/execution/validateBasic.js";
import { packSignatures, unpackSenders } from "../../../src/mempool/senderBatch.js";
import { recoverBatch } from "../../../src/mempool/senderRecovery.js";
import { seededRandom } from "../../support/random.js";
import { addressOf, word } from "../../support/testContracts.js";
import { TEST_CHAIN_ID, TestWallet } from "../../support/wallet.js";
import { hostileSeeds } from "../../vectors/hostileTransactions.js";

const common = createChainRules(TEST_CHAIN_ID);
const wallet = new TestWallet(7);
const rules = { chainId: TEST_CHAIN_ID, gasLimit: 30_000_000n };
const to = addressOf(0x1001);

const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
const u256 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
const anyTransaction = fc.record({
  type: fc.constantFrom(0 as const, 1 as const, 2 as const),
  nonce: fc.bigInt({ min: 0n, max: (1n << 64n) - 2n }),
  to: fc.option(bytes(20, 20), { nil: undefined }),
  value: u256,
  data: bytes(0, 300),
  gasLimit: fc.bigInt({ min: 0n, max: (1n << 40n) - 1n }),
  maxFeePerGas: u256,
  accessList: fc.array(fc.tuple(bytes(20, 20), fc.array(bytes(32, 32), { maxLength: 3 })), { maxLength: 3 }),
});

describe("Transaction decoder", () => {
  it("reads what the library reads, and the same sender, hash and gas", () => {
    fc.assert(
      fc.property(anyTransaction, (fields) => {
        const { accessList, ...rest } = fields;
        const tip = fields.maxFeePerGas / 2n;
        const raw = wallet.sign({ ...rest, maxPriorityFeePerGas: tip, ...(fields.type === 0 ? {} : { accessList }) });
        const ours = decodeTransaction(raw);
        const theirs = createTxFromRLP(raw, { common });
        assert.equal(ours.type, theirs.type);
        assert.equal(ours.nonce, theirs.nonce);
        assert.equal(ours.gasLimit, theirs.gasLimit);
        assert.equal(ours.value, theirs.value);
        assert.equal(toHex(ours.data), toHex(theirs.data));
        assert.equal(toHex(ours.to ?? new Uint8Array(0)), toHex(theirs.to?.bytes ?? new Uint8Array(0)));
        assert.equal(ours.chainId, BigInt(TEST_CHAIN_ID));
        assert.equal(toHex(ours.signingHash), toHex(theirs.getHashedMessageToSign()));
        assert.equal(toHex(transactionHash(raw)), toHex(theirs.hash()));
        assert.equal(toHex(recoverSender(ours)), toHex(wallet.address));
        assert.equal(toHex(theirs.getSenderAddress().bytes), toHex(wallet.address));
        if (ours.to !== undefined) {
          const { intrinsic, floor } = baseGas(ours);
          assert.equal(intrinsic, theirs.getIntrinsicGas());
          assert.equal(larger(intrinsic, floor), theirs.getMinimumGasLimit());
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it("has one byte string for each transaction: whatever else decodes is refused or is that string", () => {
    const random = seededRandom(11);
    const bases = ([0, 1, 2] as const).map((type) =>
      wallet.sign({
        type,
        nonce: 3,
        to,
        data: random.bytes(70),
        ...(type === 0 ? {} : { accessList: [[to, [word(1)]]] }),
      }),
    );
    for (let round = 0; round < 6_000; round++) {
      const base = random.pick(bases);
      const raw = mutate(base, random);
      if (equalBytes(raw, base)) continue;
      const decoded = decodeOrRefuse(raw);
      if (decoded === undefined) continue;
      assert.deepEqual(encode(decoded), toHex(raw), `seed 11 round ${round}`);
    }
  });

  it("refuses hostile bytes with a code and in no time", () => {
    for (const seed of hostileSeeds) decodeOrRefuse(fromHex(seed));
    const random = seededRandom(12);
    for (let round = 0; round < 3_000; round++) {
      decodeOrRefuse(random.bytes(random.below(200)));
      decodeOrRefuse(concatBytes(Uint8Array.of(random.pick([1, 2, 0xf8, 0xf9])), random.bytes(random.below(80))));
    }
    // A nest of lists as deep as the size allows: a recursive reader overflows its stack or copies for seconds.
    for (const depth of [1_000, 40_000]) {
      let nested: Uint8Array = new Uint8Array(3 * depth);
      for (let i = 0; i < depth; i++)
        nested.set([0xf9, ((3 * (depth - i) - 3) >> 8) & 0xff, (3 * (depth - i) - 3) & 0xff], 3 * i);
      const start = performance.now();
      decodeOrRefuse(nested);
      nested = concatBytes(Uint8Array.of(2), nested);
      decodeOrRefuse(nested);
      assert.ok(performance.now() - start < 1_000);
    }
    const long = new Uint8Array(200_000).fill(0xc0);
    decodeOrRefuse(concatBytes(Uint8Array.of(2, 0xfa, 3, 13, 0x40), long));
  });
});

describe("validateBasic", () => {
  const check = (raw: Uint8Array) => () => validateBasic(decodeTransaction(raw), rules);

  it("refuses both forms of a signature but the low one, and one without EIP-155", () => {
    const raw = wallet.sign({ type: 2, nonce: 0, to });
    check(raw)();
    const fields = RLP.decode(raw.slice(1)) as unknown as Uint8Array[];
    const s = BigInt(toHex(fields[11] ?? new Uint8Array(0)));
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    fields[11] = fromHex((order - s).toString(16).padStart(64, "0"));
    fields[9] = Uint8Array.from((fields[9]?.length ?? 0) === 0 ? [1] : []);
    const flipped = concatBytes(Uint8Array.of(2), RLP.encode(fields));
    // The same sender by the mathematics, another hash: the malleability that EIP-2 ends.
    assert.equal(toHex(recoverSender(decodeTransaction(flipped))), toHex(wallet.address));
    assert.throws(check(flipped), { code: "TX_SIGNATURE", message: /lower half/ });
    const legacy = RLP.decode(wallet.sign({ type: 0, nonce: 0, to })) as unknown as Uint8Array[];
    legacy[6] = Uint8Array.of(27);
    assert.throws(check(RLP.encode(legacy)), { code: "TX_REFUSED", message: /replay-protected/ });
  });

  it("refuses every precompile address and nothing above", () => {
    for (const low of [1, 2, 9, 0x0a, 0x11, 0xff, 0x100, 0x1ff]) assert.ok(isPrecompile(addressOf(low)));
    for (const address of [0, 0x200, 0x1001, 0x10001]) assert.ok(!isPrecompile(addressOf(address)));
    assert.throws(check(wallet.sign({ nonce: 0, to: addressOf(5) })), { code: "TX_REFUSED" });
  });

  it("refuses types 3 and 4 and anything unknown", () => {
    for (const type of [0x00, 0x03, 0x04, 0x05, 0x7f, 0x80, 0xbf]) {
      const raw = concatBytes(Uint8Array.of(type), wallet.sign({ nonce: 0, to }).slice(1));
      assert.throws(() => decodeTransaction(raw), { code: "TX_MALFORMED" });
    }
  });
});

describe("Sender recovery", () => {
  it("equals noble's for valid and invalid signatures", () => {
    const random = seededRandom(13);
    for (let round = 0; round < 150; round++) {
      const hash = random.bytes(32);
      const kind = random.below(4);
      const signature = secp256k1.sign(hash, wallet.privateKey, {
        prehash: false,
        lowS: kind !== 1,
        format: "recovered",
      });
      const r = signature.slice(1, 33);
      const s = signature.slice(33);
      if (kind === 2) r.set(random.bytes(4));
      if (kind === 3) (random.below(2) === 0 ? r : s).fill(random.pick([0, 0xff]));
      const parity = ((signature[0] ?? 0) & 1) === 0 ? 0 : 1;
      const ours = recoverPublicKey(hash, r, s, parity);
      assert.equal(ours === undefined ? "none" : toHex(ours), nobleRecover(hash, r, s, parity));
    }
  });

  it("works in batches as one by one", () => {
    const raws = [1, 2, 3].map((seed) => new TestWallet(seed).sign({ nonce: seed, to }));
    const signed = raws.map((raw) => decodeTransaction(raw));
    const broken = { ...decodeTransaction(raws[0] ?? new Uint8Array(0)), r: 0n };
    const senders = unpackSenders(recoverBatch(packSignatures([...signed, broken])));
    assert.deepEqual(
      senders.map((sender) => sender && toHex(sender)),
      [...[1, 2, 3].map((seed) => toHex(new TestWallet(seed).address)), undefined],
    );
  });
});

function nobleRecover(hash: Uint8Array, r: Uint8Array, s: Uint8Array, parity: 0 | 1): string {
  try {
    const signature = secp256k1.Signature.fromBytes(concatBytes(r, s)).addRecoveryBit(parity);
    return toHex(signature.recoverPublicKey(hash).toBytes(false).slice(1));
  } catch {
    return "none";
  }
}

function decodeOrRefuse(raw: Uint8Array): ReturnType<typeof decodeTransaction> | undefined {
  try {
    const decoded = decodeTransaction(raw);
    try {
      validateBasic(decoded, rules);
    } catch (error) {
      assert.ok(error instanceof CodedError && error.code.startsWith("TX_"));
    }
    return decoded;
  } catch (error) {
    assert.ok(error instanceof CodedError && error.code === "TX_MALFORMED", String(error));
    return undefined;
  }
}

/** The canonical encoding, by the library. */
function encode(transaction: ReturnType<typeof decodeTransaction>): string {
  const { type, chainId, nonce, maxFeePerGas, maxPriorityFeePerGas, gasLimit, value, data, r, s, yParity } =
    transaction;
  const recipient = transaction.to ?? new Uint8Array(0);
  if (type === 0) {
    const v = chainId === undefined ? 27n + BigInt(yParity) : chainId * 2n + 35n + BigInt(yParity);
    return toHex(RLP.encode([nonce, maxFeePerGas, gasLimit, recipient, value, data, v, r, s]));
  }
  const fees = type === 1 ? [maxFeePerGas] : [maxPriorityFeePerGas, maxFeePerGas];
  const list = transaction.accessList.map(([address, slots]) => [address, [...slots]]);
  const fields = [chainId ?? 0n, nonce, ...fees, gasLimit, recipient, value, data, list, BigInt(yParity), r, s];
  return toHex(concatBytes(Uint8Array.of(type), RLP.encode(fields)));
}

function mutate(base: Uint8Array, random: ReturnType<typeof seededRandom>): Uint8Array {
  const raw = base.slice();
  const at = random.below(raw.length);
  switch (random.below(5)) {
    case 0:
      raw[at] = random.below(256);
      return raw;
    case 1:
      raw[at] = (raw[at] ?? 0) ^ (1 << random.below(8));
      return raw;
    case 2:
      return raw.slice(0, at);
    case 3:
      return concatBytes(raw.slice(0, at), random.bytes(1 + random.below(3)), raw.slice(at));
    default:
      return concatBytes(raw.slice(0, at), raw.slice(at + 1 + random.below(3)));
  }
}
