import assert from "node:assert/strict";
import { hasCode } from "@lucid/consensus/base";
import fc from "fast-check";
import {
  type AnchorProofFile,
  buildAnchorProof,
  findSession,
  formatProofFile,
  proofToFile,
  SetChanges,
  verifyProof,
  withChunk,
} from "../../../src/proof/index.js";
import { chainWithSession } from "../../support/proofFixture.js";
import type { RpcChain } from "../../support/rpcChain.js";

const REFUSALS = ["ANCHOR_PROOF_MALFORMED", "ANCHOR_PROOF_INVALID", "ANCHOR_PROOF_UNTRUSTED"];

describe("anchor proof: tampering", function () {
  this.timeout(120_000);
  let chain: RpcChain;
  let text: string;
  before(async () => {
    const weight = (validator: number, height: number) => (height > 2 ? 10 + validator : 5);
    const fixture = await chainWithSession({ validators: 3, weight, before: 3 });
    chain = fixture.chain;
    const reader = chain.parts.chain;
    const found = await findSession(reader, fixture.session.sessionId, undefined);
    const changes = new SetChanges({ chain: reader });
    const proof = await buildAnchorProof(found, { chain: reader, genesis: chain.parts.genesis, changes });
    text = formatProofFile(proofToFile(withChunk(proof, fixture.session.chunkRoots, 2)));
    verify(text);
  });
  after(() => chain.stop());

  const verify = (candidate: string) => verifyProof(candidate, { genesisRoot: chain.genesisRoot }, chain);

  function assertRefused(candidate: string, what: string): void {
    try {
      verify(candidate);
    } catch (error) {
      assert.ok(
        REFUSALS.some((code) => hasCode(error, code)),
        `${what}: ${String(error)}`,
      );
      return;
    }
    assert.fail(`${what} went unnoticed`);
  }

  it("is noticed at every character of the file", () => {
    for (let position = 0; position < text.length; position++) {
      const before = text.charCodeAt(position);
      // One bit, rotating through the seven: each character is hit, each bit often.
      const flipped = String.fromCharCode(before ^ (1 << (position % 7)));
      assertRefused(text.slice(0, position) + flipped + text.slice(position + 1), `bit of character ${position}`);
    }
  });

  it("is noticed at every digit that is replaced by another", () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(..."0123456789abcdef"), (position, digit) => {
        const before = text[position] ?? "";
        fc.pre(/[0-9a-f]/.test(before) && before !== digit);
        assertRefused(text.slice(0, position) + digit + text.slice(position + 1), `character ${position}`);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is noticed where a field is left out, doubled or renamed, at every level", () => {
    const visit = (value: unknown, path: readonly (string | number)[]): void => {
      if (typeof value !== "object" || value === null) return;
      for (const key of Object.keys(value)) {
        const inner = [...path, Array.isArray(value) ? Number(key) : key];
        const name = inner.join(".");
        const optional = name === "chunk";
        const without = edit(inner, undefined);
        if (optional) assert.equal(verify(without).chunk, undefined);
        else assertRefused(without, `${name} left out`);
        visit((value as Record<string, unknown>)[key], inner);
      }
    };
    visit(JSON.parse(text), []);
    assertRefused(text.replace('"format"', '"extra": 1,\n  "format"'), "an extra field");
    assertRefused(text.replace('"version": 1', '"version": 1, "version": 1'), "a doubled field");
    assertRefused(text.replace('"version": 1', '"version": 1.0'), "another way to write a number");
    assertRefused(text.replace('"version": 1', '"version": 2'), "another version");
    const reordered = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse()));
    assertRefused(reordered, "another order");
  });

  it("does not mind white space", () => {
    assert.equal(verify(JSON.stringify(JSON.parse(text))).session.chunkCount, 5);
    assert.equal(verify(`\n${text}\n`).session.chunkCount, 5);
  });

  it("is noticed in what is no proof at all, quickly", () => {
    for (const junk of ["", "{}", "[]", "null", "{".repeat(1_000), text.slice(0, -20), "x".repeat(17 * 1024 * 1024)]) {
      assertRefused(junk, junk.slice(0, 10));
    }
    const many = JSON.parse(text) as AnchorProofFile;
    assertRefused(JSON.stringify({ ...many, sets: Array.from({ length: 600 }, () => many.sets[0]) }), "too many sets");
  });

  it("never throws anything but its codes, whatever the fields hold", () => {
    const file = JSON.parse(text) as Record<string, unknown>;
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(file)), fc.jsonValue(), (key, value) => {
        fc.pre(JSON.stringify(file[key]) !== JSON.stringify(value));
        assertRefused(JSON.stringify({ ...file, [key]: value }), key);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(
        fc.constantFrom("header", "commit", "genesis"),
        fc.uint8Array({ minLength: 1, maxLength: 900 }),
        (key, bytes) => {
          assertRefused(JSON.stringify({ ...file, [key]: `0x${Buffer.from(bytes).toString("hex")}` }), key);
        },
      ),
      { numRuns: 500 },
    );
  });

  /** The file with one value replaced, or left out where there is none. */
  function edit(path: readonly (string | number)[], value: unknown): string {
    const copy = JSON.parse(text) as Record<string, unknown>;
    let at = copy as Record<string | number, unknown>;
    for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
    const last = path.at(-1) ?? "";
    if (value !== undefined) at[last] = value;
    else if (Array.isArray(at)) at.splice(Number(last), 1);
    else delete at[last];
    return JSON.stringify(copy);
  }
});
