import assert from "node:assert/strict";
import * as fc from "fast-check";
import { CHUNK_OVERHEAD } from "../../../src/chunk/index.js";
import { newSessionId } from "../../../src/session/index.js";
import {
  encodeManifest,
  gapReasons,
  type Manifest,
  parseManifest,
  policyHashOf,
} from "../../../src/session/manifest.js";
import { sessionId } from "../chunk/chunkFixtures.js";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const name = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" }).filter((text) => text.length <= 128);
const time = fc.integer({ min: 0, max: 4e12 });

const manifests: fc.Arbitrary<Manifest> = fc
  .record(
    {
      owner: bytes(20),
      participants: fc.array(name, { maxLength: 5 }),
      startedAt: time,
      took: fc.nat(1e9),
      chunkSize: fc.integer({ min: 65_536, max: 64 * 1024 * 1024 }),
      chunks: fc.array(fc.record({ root: bytes(32), plain: fc.nat(), less: fc.nat() }, { noNullPrototype: true }), {
        maxLength: 20,
      }),
      recorder: fc.record({ name, version: name }, { noNullPrototype: true }),
      deviceFingerprint: bytes(32),
      gaps: fc.array(
        fc.record({ at: fc.nat(), startedAt: time, took: fc.nat(1e6), reason: fc.constantFrom(...gapReasons) }),
        {
          maxLength: 4,
        },
      ),
      policyHash: bytes(32),
      salt: bytes(32),
    },
    { noNullPrototype: true },
  )
  .map(({ took, chunks, gaps, ...rest }) => {
    const list = chunks.map(({ root, plain, less }) => {
      const plainSize = 1 + (plain % rest.chunkSize);
      return { root, plainSize, size: plainSize + CHUNK_OVERHEAD - (less % plainSize) };
    });
    const total = list.reduce((sum, { plainSize }) => sum + plainSize, 0);
    return {
      ...rest,
      sessionId,
      endedAt: rest.startedAt + took,
      chunks: list,
      gaps: gaps
        .map((gap) => ({
          offset: gap.at % (total + 1),
          startedAt: gap.startedAt,
          endedAt: gap.startedAt + gap.took,
          reason: gap.reason,
        }))
        .sort((a, b) => a.offset - b.offset),
    };
  });

const sample: Manifest = {
  sessionId,
  owner: new Uint8Array(20).fill(1),
  participants: ["alice", "b\u00f6b", "\ud83d\ude80"],
  startedAt: 1_700_000_000_123,
  endedAt: 1_700_000_100_000,
  chunkSize: 65_536,
  chunks: [
    { root: new Uint8Array(32).fill(2), size: 65_536 + 87, plainSize: 65_536 },
    { root: new Uint8Array(32).fill(3), size: 100, plainSize: 50 },
  ],
  recorder: { name: "lucid", version: "0.1.0" },
  deviceFingerprint: new Uint8Array(32).fill(4),
  gaps: [{ offset: 10, startedAt: 5, endedAt: 6, reason: "commandDied" }],
  policyHash: policyHashOf({}),
  salt: new Uint8Array(32).fill(5),
};

type Json = Record<string, unknown>;

/** The sample with another value (or none) at a path such as "chunks.0.size", in canonical form otherwise. */
function altered(path: string, value: unknown): Uint8Array {
  const json = JSON.parse(new TextDecoder().decode(encodeManifest(sample))) as Json;
  const names = path.split(".");
  const last = names.pop() ?? "";
  let at = json;
  for (const name of names) at = at[name] as Json;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return new TextEncoder().encode(JSON.stringify(sorted(json)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

describe("manifest", () => {
  it("round-trips, and has one byte string", () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        const encoded = encodeManifest(manifest);
        assert.deepEqual(parseManifest(encoded), manifest);
        assert.deepEqual(encodeManifest(parseManifest(encoded)), encoded);
      }),
      { seed: 8785, numRuns: 200 },
    );
  });

  it("refuses every field that is missing, added, of another type or out of range", () => {
    const chunk = { root: `0x${"02".repeat(32)}`, size: 65_623, plainSize: 65_536 };
    const gap = { offset: 10, startedAt: 5, endedAt: 6, reason: "commandDied" };
    const changes: [path: string, value: unknown][] = [
      ["salt", undefined],
      ["extra", 1],
      ["version", 2],
      ["version", "1"],
      ["sessionId", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"],
      ["sessionId", `0x${"00".repeat(32)}`],
      ["owner", "0x01"],
      ["owner", `0x${"AB".repeat(20)}`],
      ["participants", "alice"],
      ["participants", [""]],
      ["participants", [1]],
      ["participants", ["x".repeat(129)]],
      ["participants", Array.from({ length: 257 }, () => "x")],
      ["participants", ["\ud800"]],
      ["startedAt", -1],
      ["startedAt", 1.5],
      ["startedAt", "5"],
      ["endedAt", 1],
      ["chunkSize", 65_535],
      ["chunkSize", 64 * 1024 * 1024 + 1],
      ["chunks", {}],
      ["chunks", [chunk]],
      ["chunks.0.size", 87],
      ["chunks.0.size", 65_536 + 88],
      ["chunks.0.plainSize", 0],
      ["chunks.0.plainSize", 65_537],
      ["chunks.0.root", "0x00"],
      ["chunks.0.more", 1],
      ["totals.plainSize", 65_587],
      ["totals.chunks", 3],
      ["recorder", { name: "x" }],
      ["recorder.name", ""],
      ["gaps", [{ ...gap, offset: 65_587 }]],
      ["gaps", [gap, { ...gap, offset: 9 }]],
      ["gaps.0.reason", "boredom"],
      ["gaps.0.endedAt", 4],
      ["policyHash", null],
    ];
    assert.deepEqual(parseManifest(altered("version", 1)), sample);
    for (const [path, value] of changes) {
      assert.throws(() => parseManifest(altered(path, value)), { code: "MANIFEST_MALFORMED" }, `${path} ${value}`);
    }
  });

  it("refuses another way to write the same", () => {
    const canonical = new TextDecoder().decode(encodeManifest(sample));
    const others = [
      ` ${canonical}`,
      `${canonical}\n`,
      `\ufeff${canonical}`,
      canonical.replace('"version":1', '"version":1.0'),
      canonical.replace('"version":1', '"version":1,"version":1'),
      canonical.replace("alice", "\\u0061lice"),
      canonical.replace('{"chunkSize"', '{ "chunkSize"'),
      canonical.replace(/^\{("chunkSize":\d+),(.*)\}$/s, "{$2,$1}"),
      canonical.slice(0, -1),
      "[]",
      "null",
      "",
    ];
    for (const other of others) {
      assert.notEqual(other, canonical);
      assert.throws(() => parseManifest(new TextEncoder().encode(other)), { code: "MANIFEST_MALFORMED" });
    }
    assert.throws(() => parseManifest(Uint8Array.of(0xff, 0xfe)), { code: "MANIFEST_MALFORMED" });
    assert.throws(() => parseManifest(new Uint8Array(64 * 1024 * 1024 + 1)), { code: "MANIFEST_MALFORMED" });
    const deep = new TextEncoder().encode(`${"[".repeat(200_000)}${"]".repeat(200_000)}`);
    assert.throws(() => parseManifest(deep), { code: "MANIFEST_MALFORMED" });
    const nested = new TextEncoder().encode(
      canonical.replace('"gaps":[', `"gaps":[${"[".repeat(100_000)}${"]".repeat(100_000)},`),
    );
    assert.throws(() => parseManifest(nested), { code: "MANIFEST_MALFORMED" });
  });

  it("is never written in a form that would not be read", () => {
    assert.throws(() => encodeManifest({ ...sample, endedAt: 1 }), { code: "MANIFEST_MALFORMED" });
    assert.throws(() => encodeManifest({ ...sample, participants: ["\udc00"] }), { code: "MANIFEST_MALFORMED" });
    assert.throws(() => policyHashOf(undefined), { code: "MANIFEST_MALFORMED" });
    assert.throws(() => policyHashOf(Number.NaN), { code: "MANIFEST_MALFORMED" });
    assert.notDeepEqual(newSessionId(), newSessionId());
  });

  it("decoder takes random and damaged bytes without harm", () => {
    const canonical = encodeManifest(sample);
    const damaged = fc
      .array(fc.tuple(fc.nat(canonical.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 })
      .map((changes) => {
        const copy = canonical.slice();
        for (const [at, byte] of changes) copy[at] = byte;
        return copy;
      });
    const json = fc.json({ maxDepth: 4 }).map((text) => new TextEncoder().encode(text));
    fc.assert(
      fc.property(fc.oneof(damaged, json, fc.uint8Array({ maxLength: 100 })), (input) => {
        let manifest: Manifest;
        try {
          manifest = parseManifest(input);
        } catch (error) {
          assert.equal((error as { code?: string }).code, "MANIFEST_MALFORMED");
          return;
        }
        assert.deepEqual(encodeManifest(manifest), input);
      }),
      { seed: 6, numRuns: 3000 },
    );
  });
});
