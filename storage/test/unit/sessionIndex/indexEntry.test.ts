import assert from "node:assert/strict";
import { concatBytes, hasCode, sha256, toHex, u32be } from "@lucid/consensus/base";
import { TypedDataEncoder, verifyTypedData, Wallet } from "ethers";
import fc from "fast-check";
import {
  accountFromPrivateKey,
  accountIndexSigner,
  clockTime,
  decodeIndexEntry,
  encodeIndexEntry,
  formatAddress,
  HybridClock,
  INDEX_DOMAIN,
  INDEX_ENTRY_LIMIT,
  INDEX_TYPES,
  type IndexEntry,
  indexDigest,
  indexItem,
  isSignedByOwner,
  MAX_CLOCK_AHEAD,
  StorageError,
  signIndexEntry,
} from "../../../src/index.js";
import { at, device, fakeItem, separator, sessionId, T0 } from "./indexFixtures.js";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const refused = (code: string) => (error: unknown) => error instanceof StorageError && hasCode(error, code);
const malformed = refused("INDEX_ENTRY_MALFORMED");
const privateKey = sha256(u32be(1));
const account = accountFromPrivateKey(privateKey);
const genesisRoot = sha256(u32be(7));

const unsigned = fc
  .record({
    key: bytes(32),
    clock: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
    value: fc.option(fc.uint8Array({ minLength: 41, maxLength: 200 }), { nil: undefined }),
  })
  .map(({ key, clock, value }) => ({
    owner: account.address,
    key,
    clock,
    deleted: value === undefined,
    value: value ?? new Uint8Array(),
  }));

describe("entries of the index", () => {
  it("decode to what was encoded, and to nothing else", () => {
    const property = fc.property(fc.nat(), fc.boolean(), fc.integer({ min: 41, max: 3_000 }), (key, deleted, size) => {
      const item = fakeItem({ key: key + 1, clock: at(key % 1000), deleted, size });
      assert.deepEqual(decodeIndexEntry(item.encoded), item.entry);
      assert.deepEqual(encodeIndexEntry(decodeIndexEntry(item.encoded)), item.encoded);
    });
    fc.assert(property, { numRuns: 100 });
  });

  it("fuzz: any bytes decode to an entry with these very bytes, or are refused with a code", () => {
    const base = fakeItem({ key: 1, clock: at(0) }).encoded;
    const mutated = fc
      .array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const copy = base.slice();
        for (const [index, value] of changes) copy[index] = value;
        return copy;
      });
    const any = fc.oneof(
      mutated,
      fc.uint8Array({ maxLength: 300 }),
      fc.nat(base.length).map((length) => base.slice(0, length)),
      fc.integer({ min: INDEX_ENTRY_LIMIT - 1, max: INDEX_ENTRY_LIMIT + 3 }).map((length) => {
        const padded = new Uint8Array(length);
        padded.set(base);
        return padded;
      }),
    );
    let decoded = 0;
    let turnedDown = 0;
    let tooLarge = 0;
    const property = fc.property(any, (input) => {
      let entry: IndexEntry;
      try {
        entry = decodeIndexEntry(input);
      } catch (error) {
        turnedDown++;
        const isTooLarge = input.length > INDEX_ENTRY_LIMIT;
        if (isTooLarge) tooLarge++;
        assert.ok(isTooLarge ? refused("INDEX_ENTRY_TOO_LARGE")(error) : malformed(error), String(error));
        return;
      }
      decoded++;
      assert.deepEqual(encodeIndexEntry(entry), input);
    });
    fc.assert(property, { numRuns: 2_000 });
    // The inputs reach all ends; a decoder that refuses or takes everything fails here.
    assert.ok(decoded >= 100 && turnedDown >= 100, `${decoded} decoded, ${turnedDown} refused`);
    assert.ok(tooLarge >= 100, `${tooLarge} were too large`);
  });

  it("are refused when a field is out of range", () => {
    const { entry } = fakeItem({ key: 1, clock: at(0) });
    const bad: Partial<IndexEntry>[] = [
      { clock: 0n },
      { deleted: true },
      { value: new Uint8Array(40) },
      { key: new Uint8Array(32) },
      { signature: concatBytes(entry.signature.slice(0, 64), Uint8Array.of(0)) },
      { signature: concatBytes(new Uint8Array(32), entry.signature.slice(32)) },
      { owner: new Uint8Array(19) },
    ];
    for (const change of bad) assert.throws(() => encodeIndexEntry({ ...entry, ...change }), malformed);
    const large = { ...entry, value: new Uint8Array(INDEX_ENTRY_LIMIT - 126) };
    assert.throws(() => encodeIndexEntry(large), refused("INDEX_ENTRY_TOO_LARGE"));
    assert.throws(() => decodeIndexEntry(new Uint8Array(INDEX_ENTRY_LIMIT + 1)), refused("INDEX_ENTRY_TOO_LARGE"));
    assert.equal(encodeIndexEntry({ ...entry, value: new Uint8Array(INDEX_ENTRY_LIMIT - 127) }).length, 4_096);
  });
});

describe("signatures of the index", () => {
  const domain = { ...INDEX_DOMAIN, chainId: 77, salt: toHex(genesisRoot) };
  const types = { IndexEntry: [...INDEX_TYPES.IndexEntry] };

  it("sign the EIP-712 digest that ethers computes", () => {
    const property = fc.property(unsigned, (entry) => {
      const { key, clock, value, deleted } = entry;
      const message = { key, clock, valueHash: sha256(value), deleted };
      assert.equal(toHex(indexDigest(separator, entry)), TypedDataEncoder.hash(domain, types, message));
    });
    fc.assert(property, { numRuns: 50 });
  });

  it("of this library are valid to ethers, and those of a wallet valid here", async () => {
    const entry = { owner: account.address, key: sha256(), clock: at(1), deleted: true, value: new Uint8Array() };
    const message = { key: entry.key, clock: entry.clock, valueHash: sha256(entry.value), deleted: true };
    const signed = await signIndexEntry(entry, separator, accountIndexSigner(privateKey));
    assert.equal(verifyTypedData(domain, types, message, toHex(signed.signature)), formatAddress(account.address));
    const text = await new Wallet(toHex(privateKey)).signTypedData(domain, types, message);
    assert.equal(toHex(signed.signature), text);
    assert.ok(isSignedByOwner(signed, separator));
  });

  it("hold for the owner, the network and the content that was signed, and for nothing else", async () => {
    const { writer, owner } = device(1);
    const { entry } = await writer.put({ sessionId: sessionId(1), title: "mine" });
    assert.ok(isSignedByOwner(entry, separator));
    const stranger = device(2);
    const theirs = await stranger.writer.put({ sessionId: sessionId(1), title: "not mine" });
    const forged: Partial<IndexEntry>[] = [
      { owner: stranger.owner },
      { clock: entry.clock + 1n },
      { key: sha256() },
      { value: theirs.entry.value },
      { deleted: true, value: new Uint8Array() },
      { signature: theirs.entry.signature },
    ];
    for (const change of forged) assert.ok(!isSignedByOwner({ ...entry, ...change }, separator));
    // Another owner's entry, deletion or floor under this owner's name.
    assert.ok(!isSignedByOwner({ ...theirs.entry, owner }, separator));
    assert.ok(!isSignedByOwner(entry, sha256()), "another network");
  });

  it("have one form: the other half of the curve is refused, so nobody can make a second entry of a first", async () => {
    const { entry } = await device(1).writer.put({ sessionId: sessionId(1) });
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const s = order - BigInt(toHex(entry.signature.slice(32, 64)));
    const high = new Uint8Array(Buffer.from(s.toString(16).padStart(64, "0"), "hex"));
    const v = Uint8Array.of(entry.signature[64] === 27 ? 28 : 27);
    const other = { ...entry, signature: concatBytes(entry.signature.slice(0, 32), high, v) };
    assert.ok(isSignedByOwner(other, separator), "it is valid to the curve");
    assert.throws(() => encodeIndexEntry(other), malformed);
  });
});

describe("hybrid clock", () => {
  it("only ever advances, whatever the time and the others do", () => {
    const steps = fc.array(fc.record({ time: fc.nat(1_000_000), seen: fc.option(fc.nat(1_000_000)) }), {
      minLength: 2,
    });
    const property = fc.property(steps, (list) => {
      let now = T0;
      const clock = new HybridClock(() => now);
      let last = 0n;
      for (const { time, seen } of list) {
        now = T0 + time;
        const next = ((): bigint | undefined => {
          if (seen !== null) clock.observe(at(seen));
          try {
            return clock.tick();
          } catch (error) {
            assert.ok(refused("INDEX_CLOCK_AHEAD")(error));
            return undefined;
          }
        })();
        if (next === undefined) continue;
        assert.ok(next > last && clockTime(next) <= now + MAX_CLOCK_AHEAD);
        if (seen !== null) assert.ok(next > at(seen));
        last = next;
      }
    });
    fc.assert(property, { numRuns: 200 });
  });

  it("orders more readings than a millisecond has counters", () => {
    const clock = new HybridClock(() => T0);
    const first = clock.tick();
    for (let i = 0; i < 70_000; i++) clock.tick();
    assert.equal(clockTime(first), T0);
    assert.equal(clockTime(clock.tick()), T0 + 1);
  });
});

it("an item's name is SHA-256 of its bytes", () => {
  const { encoded, id } = fakeItem({ key: 1, clock: at(0) });
  assert.deepEqual(indexItem(encoded).id, sha256(encoded).slice(0, 16));
  assert.deepEqual(id, sha256(encoded).slice(0, 16));
});
