import assert from "node:assert/strict";
import { BlsSigner, BlsVerifier, type Verifier } from "@lucid/consensus";
import { sha256, u32be } from "@lucid/consensus/base";
import { RememberingVerifier } from "../../../src/driver/rememberingVerifier.js";

describe("a verifier that remembers", () => {
  const signers = [1, 2, 3].map((index) => new BlsSigner(sha256(u32be(index)).fill(1, 0, 1)));
  const keys = signers.map(({ publicKey }) => publicKey);
  const inner = new BlsVerifier();
  let checks = 0;
  const counting: Verifier = {
    verify: (...items) => inner.verify(...items),
    verifyBatch(items) {
      checks += items.length;
      return inner.verifyBatch(items);
    },
    aggregate: (signatures) => inner.aggregate(signatures),
    verifyAggregate(...items) {
      checks++;
      return inner.verifyAggregate(...items);
    },
  };
  const aggregateOf = (message: Uint8Array): Uint8Array =>
    inner.aggregate(signers.map((signer) => signer.sign(message)));

  it("checks an aggregate once, and every other one anew", () => {
    const verifier = new RememberingVerifier(counting);
    const message = sha256(u32be(7));
    const signature = aggregateOf(message);
    for (let round = 0; round < 3; round++) assert.equal(verifier.verifyAggregate(keys, message, signature), true);
    assert.equal(checks, 1);
    assert.equal(verifier.verifyAggregate(keys.slice(1), message, signature), false);
    assert.equal(verifier.verifyAggregate(keys, sha256(u32be(8)), signature), false);
    assert.equal(verifier.verifyAggregate(keys, message, aggregateOf(sha256(u32be(8)))), false);
    assert.equal(verifier.verifyAggregate([...keys.slice(1), ...keys.slice(0, 1)], message, signature), true);
    assert.equal(checks, 5);
  });

  it("checks a single signature of a batch once: an answer that was gossiped comes again in a block", () => {
    const verifier = new RememberingVerifier(counting);
    const items = signers.map((signer, i) => {
      const message = sha256(u32be(20 + i));
      return { publicKey: signer.publicKey, message, signature: signer.sign(message) };
    });
    const [first, second, third] = items;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    checks = 0;
    assert.deepEqual(verifier.verifyBatch([first]), [true]);
    const bad = { ...second, signature: first.signature };
    assert.deepEqual(verifier.verifyBatch([first, bad, third]), [true, false, true]);
    assert.equal(checks, 3);
    assert.deepEqual(verifier.verifyBatch([bad, third, first]), [false, true, true]);
    assert.equal(checks, 4);
  });

  it("does not remember what is wrong, nor more than a few", () => {
    const verifier = new RememberingVerifier(counting);
    const message = sha256(u32be(7));
    for (let round = 0; round < 2; round++) {
      assert.equal(verifier.verifyAggregate(keys.slice(1), message, aggregateOf(message)), false);
    }
    const first = aggregateOf(message);
    verifier.verifyAggregate(keys, message, first);
    // As what another thread has verified.
    for (let other = 0; other < 256; other++) {
      verifier.remember({ publicKeys: keys, message: sha256(u32be(1000 + other)), signature: first });
    }
    checks = 0;
    assert.ok(verifier.verifyAggregate(keys, message, first));
    assert.equal(checks, 1);
  });

  it("believes what was verified elsewhere, of these keys, this message and this signature alone", () => {
    const verifier = new RememberingVerifier(counting);
    const message = sha256(u32be(9));
    const signature = aggregateOf(message);
    const [key = new Uint8Array()] = keys;
    verifier.remember({ publicKeys: keys, message, signature });
    verifier.remember({ publicKeys: [key], message, signature });
    checks = 0;
    assert.ok(verifier.verifyAggregate(keys, message, signature));
    assert.ok(verifier.verify(key, message, signature));
    assert.equal(checks, 0);
    assert.ok(!verifier.verifyAggregate(keys.slice(1), message, signature));
    assert.ok(!verifier.verify(key, sha256(u32be(8)), signature));
    assert.ok(!verifier.verify(keys[1] ?? key, message, signature));
  });
});
