import assert from "node:assert/strict";
import { hasCode, sha256, u32be } from "@lucid/consensus/base";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import fc from "fast-check";
import {
  DETAILS_LIMITS,
  decodeDetails,
  encodeDetails,
  indexEntryKey,
  openDetails,
  type SessionDetails,
  StorageError,
  sealDeletion,
  sealDetails,
} from "../../../src/index.js";
import { at, sessionId } from "./indexFixtures.js";

const indexKey = sha256(u32be(1));
const owner = sha256().slice(0, 20);
const refused = (code: string) => (error: unknown) => error instanceof StorageError && hasCode(error, code);

const printable = (longest: number) =>
  fc
    .string({ minLength: 1, maxLength: longest, unit: "grapheme" })
    .filter((text) => text.length <= longest && !/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text));
const list = (longest: number) =>
  fc.uniqueArray(printable(longest), { minLength: 1, maxLength: 8 }).map((texts) => [...texts].sort());
const maybe = <T>(name: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((found) => (found === undefined ? {} : { [name]: found }));
const details: fc.Arbitrary<SessionDetails> = fc
  .tuple(
    fc.nat().map((number) => ({ sessionId: sessionId(number) })),
    maybe("title", printable(DETAILS_LIMITS.title)),
    maybe("tags", list(20)),
    maybe("folder", printable(DETAILS_LIMITS.folder)),
    maybe("shares", list(20)),
    maybe("received", fc.constant({ owner, sessionKey: sha256() })),
  )
  .map((parts) => Object.assign({}, ...parts) as SessionDetails);

describe("details of a session", () => {
  it("come back as they were, from a plaintext whose length tells little", () => {
    const property = fc.property(details, (value) => {
      const bytes = encodeDetails(value);
      assert.equal(bytes.length % 128, 0);
      assert.deepEqual(decodeDetails(bytes), value);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it("fuzz: other bytes are refused with a code", () => {
    const base = encodeDetails({ sessionId: sessionId(1), title: "a title", tags: ["a", "b"] });
    const property = fc.property(fc.nat(base.length - 1), fc.nat(255), (index, value) => {
      const copy = base.slice();
      copy[index] = value;
      let decoded: SessionDetails;
      try {
        decoded = decodeDetails(copy);
      } catch (error) {
        assert.ok(refused("INDEX_DETAILS_INVALID")(error), String(error));
        return;
      }
      assert.deepEqual(encodeDetails(decoded), copy);
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it("have limits, and no text that moves a terminal's cursor", () => {
    const id = { sessionId: sessionId(1) };
    const bad: SessionDetails[] = [
      { ...id, title: "" },
      { ...id, title: "x".repeat(DETAILS_LIMITS.title + 1) },
      { ...id, title: "\u001b[2Jgone" },
      { ...id, title: "right to left \u202e" },
      { ...id, tags: ["b", "a"] },
      { ...id, tags: ["a", "a"] },
      { ...id, tags: Array.from({ length: DETAILS_LIMITS.tags + 1 }, (_, i) => `t${String(i).padStart(2, "0")}`) },
      { ...id, folder: "\ud800" },
      { ...id, tags: Array.from({ length: 32 }, (_, i) => `${String(i).padStart(2, "0")}${"€".repeat(60)}`) },
    ];
    for (const value of bad) assert.throws(() => encodeDetails(value), refused("INDEX_DETAILS_INVALID"));
  });
});

describe("sealed entries", () => {
  const place = { owner, clock: at(5) };

  it("open with the owner's key, in their place only", () => {
    const property = fc.property(details, (value) => {
      const entry = sealDetails(indexKey, value, place);
      assert.deepEqual(openDetails(indexKey, entry), value);
    });
    fc.assert(property, { numRuns: 50 });
    const entry = sealDetails(indexKey, { sessionId: sessionId(1), title: "secret" }, place);
    const moved = [
      { ...entry, owner: sha256(u32be(2)).slice(0, 20) },
      { ...entry, clock: entry.clock + 1n },
      { ...entry, key: indexEntryKey(indexKey, sessionId(2)) },
      { ...entry, value: entry.value.map((byte, i) => (i === 70 ? byte ^ 1 : byte)) },
    ];
    for (const other of moved) assert.throws(() => openDetails(indexKey, other), refused("INDEX_KEY_WRONG"));
    assert.throws(() => openDetails(sha256(), entry), refused("INDEX_KEY_WRONG"));
    const gone = sealDeletion(indexKey, sessionId(1), place);
    assert.throws(() => openDetails(indexKey, gone), refused("INDEX_KEY_WRONG"));
    assert.deepEqual(gone.key, entry.key);
  });

  it("are what @noble/ciphers makes of the same, and show neither title nor session", () => {
    const value = { sessionId: sessionId(1), title: "a very plain title" };
    const entry = sealDetails(indexKey, value, place);
    const clock = Buffer.alloc(8);
    clock.writeBigUInt64BE(place.clock);
    const aad = Buffer.concat([owner, entry.key, clock]);
    const cipher = xchacha20poly1305(indexKey, entry.value.slice(0, 24), aad);
    assert.deepEqual(new Uint8Array(cipher.decrypt(entry.value.slice(24))), encodeDetails(value));
    const shown = Buffer.concat([entry.owner, entry.key, entry.value]);
    assert.ok(!shown.includes("plain") && !shown.includes(Buffer.from(sessionId(1).slice(0, 16))));
  });

  it("an entry that names another session than its key does is refused", () => {
    const entry = sealDetails(indexKey, { sessionId: sessionId(1) }, place);
    const key = indexEntryKey(indexKey, sessionId(2));
    const clock = Buffer.alloc(8);
    clock.writeBigUInt64BE(place.clock);
    const cipher = xchacha20poly1305(indexKey, entry.value.slice(0, 24), Buffer.concat([owner, key, clock]));
    const plain = encodeDetails({ sessionId: sessionId(1) });
    const value = Buffer.concat([entry.value.slice(0, 24), cipher.encrypt(plain)]);
    const swapped = { ...entry, key, value: new Uint8Array(value) };
    assert.throws(() => openDetails(indexKey, swapped), refused("INDEX_DETAILS_INVALID"));
  });
});
