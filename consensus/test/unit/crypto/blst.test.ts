import assert from "node:assert/strict";
import { hasCode } from "../../../src/base/errors.js";
import { sha256 } from "../../../src/base/hash.js";
import { BlsSigner, BlsVerifier } from "../../../src/crypto/blst.js";
import { StandInSigner, StandInVerifier } from "../../../src/crypto/standIn.js";
import type { Signer, Verifier } from "../../../src/crypto/types.js";

const message = sha256(new Uint8Array([1]));
const other = sha256(new Uint8Array([2]));

const kinds: readonly { name: string; verifier: Verifier; signerOf: (seed: Uint8Array) => Signer }[] = [
  { name: "BLS", verifier: new BlsVerifier(), signerOf: (seed) => new BlsSigner(Uint8Array.from(seed).fill(0, 0, 1)) },
  { name: "stand-in", verifier: new StandInVerifier(), signerOf: (seed) => new StandInSigner(seed) },
];

for (const { name, verifier, signerOf } of kinds) {
  describe(`${name} signatures`, () => {
    const signers = Array.from({ length: 32 }, (_, i) => signerOf(sha256(new Uint8Array([i, 9]))));
    const items = signers.map((signer) => ({ publicKey: signer.publicKey, message, signature: signer.sign(message) }));

    it("verify, and only for their key and message", () => {
      const [first, second] = signers;
      assert.ok(first !== undefined && second !== undefined);
      const signature = first.sign(message);
      assert.ok(verifier.verify(first.publicKey, message, signature));
      assert.ok(!verifier.verify(first.publicKey, other, signature));
      assert.ok(!verifier.verify(second.publicKey, message, signature));
    });

    it("are unique: the VRF rests on it", () => {
      const [first] = signers;
      assert.deepEqual(first?.sign(message), first?.sign(message));
    });

    it("verify as a batch; bad ones cost nobody else", () => {
      assert.deepEqual(
        verifier.verifyBatch(items),
        items.map(() => true),
      );
      const bad = items.map((item, i) => {
        if (i === 3) return { ...item, signature: items[4]?.signature ?? item.signature };
        if (i === 17) return { ...item, signature: new Uint8Array(96).fill(0xff) };
        return i === 20 ? { ...item, message: other } : item;
      });
      assert.deepEqual(
        verifier.verifyBatch(bad),
        bad.map((_, i) => ![3, 17, 20].includes(i)),
      );
      assert.deepEqual(verifier.verifyBatch([]), []);
    });

    it("of different messages verify as a batch too; bad ones cost nobody else", () => {
      const mixed = signers.map((signer, i) => {
        // The first three sign one thing, all others something of their own.
        const own = i < 3 ? message : Uint8Array.from(message, (byte) => byte ^ i);
        return { publicKey: signer.publicKey, message: own, signature: signer.sign(own) };
      });
      assert.deepEqual(
        verifier.verifyBatch(mixed),
        mixed.map(() => true),
      );
      const bad = mixed.map((item, i) => {
        if (i === 1 || i === 5) return { ...item, signature: mixed[6]?.signature ?? item.signature };
        return i === 7 ? { ...item, message: other } : item;
      });
      assert.deepEqual(
        verifier.verifyBatch(bad),
        bad.map((_, i) => ![1, 5, 7].includes(i)),
      );
      const [a, b] = mixed.slice(4);
      assert.ok(a !== undefined && b !== undefined);
      const swapped = [
        { ...a, signature: b.signature },
        { ...b, signature: a.signature },
      ];
      assert.deepEqual(verifier.verifyBatch(swapped), [false, false]);
    });

    it("two errors that cancel out in a plain sum are found", () => {
      const [a, b] = items;
      assert.ok(a !== undefined && b !== undefined);
      const swapped = [
        { ...a, signature: b.signature },
        { ...b, signature: a.signature },
      ];
      assert.deepEqual(verifier.verifyBatch(swapped), [false, false]);
    });

    it("aggregate", () => {
      const keys = items.map((item) => item.publicKey);
      const aggregate = verifier.aggregate(items.map((item) => item.signature));
      assert.ok(verifier.verifyAggregate(keys, message, aggregate));
      assert.ok(!verifier.verifyAggregate(keys.slice(1), message, aggregate));
      assert.ok(!verifier.verifyAggregate(keys, other, aggregate));
      assert.ok(!verifier.verifyAggregate([], message, aggregate));
    });

    it("garbage is false, never an exception", () => {
      const [first] = items;
      assert.ok(first !== undefined);
      for (const garbage of [new Uint8Array(96), new Uint8Array(96).fill(0xff), new Uint8Array(3)]) {
        assert.equal(verifier.verify(first.publicKey, message, garbage), false);
        assert.equal(verifier.verifyAggregate([first.publicKey], message, garbage), false);
      }
      assert.equal(verifier.verify(new Uint8Array(48), message, first.signature), false);
      assert.equal(verifier.verifyAggregate([new Uint8Array(48)], message, first.signature), false);
    });
  });
}

describe("BLS keys", () => {
  it("a secret key that is none is refused with a code", () => {
    assert.throws(
      () => new BlsSigner(new Uint8Array(32).fill(0xff)),
      (error) => hasCode(error, "BAD_KEY"),
    );
    assert.throws(
      () => new BlsSigner(new Uint8Array(5)),
      (error) => hasCode(error, "BAD_KEY"),
    );
  });

  it("the point at infinity is no key", () => {
    const infinity = new Uint8Array(48);
    infinity[0] = 0xc0;
    const signature = new Uint8Array(96);
    signature[0] = 0xc0;
    assert.equal(new BlsVerifier().verify(infinity, message, signature), false);
  });
});

describe("many aggregates at once", () => {
  const verifier = new BlsVerifier();
  const signers = Array.from({ length: 6 }, (_, i) => new BlsSigner(sha256(new Uint8Array([i, 5])).fill(0, 0, 1)));
  const items = Array.from({ length: 20 }, (_, i) => {
    const by = signers.slice(i % 5, (i % 5) + 1 + (i % 3));
    const text = sha256(new Uint8Array([i]));
    return {
      publicKeys: by.map(({ publicKey }) => publicKey),
      message: text,
      signature: verifier.aggregate(by.map((signer) => signer.sign(text))),
    };
  });
  const [first, second] = items;
  assert.ok(first !== undefined && second !== undefined);
  const infinity = new Uint8Array(96).fill(0xc0, 0, 1);
  const faults = {
    "another's signature": { ...first, signature: second.signature },
    "another message": { ...first, message: other },
    "a key less": { ...first, publicKeys: [] },
    "a key more": { ...first, publicKeys: [...first.publicKeys, ...second.publicKeys] },
    "bytes that are no key": { ...first, publicKeys: [new Uint8Array(48)] },
    "bytes that are no signature": { ...first, signature: new Uint8Array(96).fill(0xff) },
    "the point at infinity": { ...first, signature: infinity },
  };

  it("verify when each does", () => {
    assert.ok(verifier.verifyEvery(items));
    assert.ok(verifier.verifyEvery([]));
  });

  for (const [what, item] of Object.entries(faults)) {
    it(`do not with ${what} among them, wherever it stands`, () => {
      assert.ok(!verifier.verifyAggregate(item.publicKeys, item.message, item.signature));
      for (const at of [0, 7, 19]) assert.ok(!verifier.verifyEvery(items.with(at, item)));
      assert.ok(!verifier.verifyEvery([item]));
    });
  }

  it("do not when two errors cancel out in a plain sum", () => {
    const swapped = [
      { ...first, signature: second.signature, publicKeys: second.publicKeys },
      { ...second, signature: first.signature, publicKeys: first.publicKeys },
    ];
    assert.ok(!verifier.verifyEvery(swapped));
    const keys = { publicKeys: second.publicKeys, message: first.message };
    const sums = [
      { ...first, signature: second.signature },
      { ...keys, signature: first.signature },
    ];
    assert.ok(!verifier.verifyEvery(sums));
  });
});
