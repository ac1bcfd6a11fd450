import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { presets } from "@lucid/consensus";
import { constantNames, exportedNumbers } from "../../src/protocol/constants.js";
import { blocksToSee, challengesOfNode } from "../../src/protocol/economics.js";
import { EXAMPLE_FULL_WORK, EXAMPLE_SLOTS, exampleNodes } from "../../src/protocol/examples.js";
import { markedSections, sectionNames } from "../../src/protocol/sections.js";
import { equalVoters, fewestForThird, mostMinted, richShare, sybilTakeover } from "../../src/protocol/security.js";
import { containers, derivedTypes, documentedTypes, strayNotes } from "../../src/protocol/types.js";
import { repositoryRoot } from "../../src/suites.js";

const text = readFileSync(join(repositoryRoot, "docs/protocol.md"), "utf8");
const securityText = readFileSync(join(repositoryRoot, "docs/security-model.md"), "utf8");

const economicsText = readFileSync(join(repositoryRoot, "docs/storage-economics.md"), "utf8");

/** The rows of the table with this heading, cell by cell. */
function table(heading: string): string[][] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(heading));
  assert.ok(start >= 0, heading);
  const rows: string[][] = [];
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith("|")) break;
    rows.push(
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  }
  return rows;
}

/*
 * The examples once more, from the formulas of the page and SHA-256 alone: what the library computes is in the page, and
 * who implements the page gets the same.
 */
const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash("sha256").update(Buffer.concat(parts)).digest();
const u32be = (value: number): Buffer => {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
};
const letter = (name: string): Buffer => sha256(Buffer.from(name));
const seed = sha256(u32be(42));
const entityOf = (node: (typeof exampleNodes)[number]): string => ("pool" in node ? node.pool : node.name);

/** Weights by trying every limit in halves. */
function weights(): number[] {
  const credits = exampleNodes.map((node) => BigInt(node.credits));
  const n = Math.max(
    1,
    exampleNodes.filter((node) => node.credits > 0 && 2 * node.credits >= EXAMPLE_FULL_WORK).length,
  );
  const share = BigInt(Math.max(Math.ceil(10_000 / n), Math.min(Math.floor(40_000 / n), 3_000)));
  const holds = (limit: bigint): boolean =>
    10_000n * limit <= share * credits.reduce((sum, own) => sum + (own < limit ? own : limit), 0n);
  let [low, high] = [0n, 10n ** 12n];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (holds(middle)) low = middle;
    else high = middle - 1n;
  }
  return credits.map((own) => Number(own < low ? own : low) + 1);
}

/** Letters in the order in which they propose, slot by slot. */
function orders(): string[] {
  const keys = exampleNodes.map((node) => Math.floor((node.credits * node.liveScore) / 10_000));
  const entities = [...new Set(exampleNodes.map(entityOf))];
  const keyOf = (entity: string): number =>
    exampleNodes.reduce((sum, node, index) => sum + (entityOf(node) === entity ? (keys[index] ?? 0) : 0), 0);
  const tie = (name: string): Buffer => sha256(seed, letter(name));
  const ranking = [...entities].sort((a, b) => keyOf(b) - keyOf(a) || Buffer.compare(tie(a), tie(b)));
  const dutyOf = (entity: string): number =>
    exampleNodes
      .map((node, index) => ({ node, index }))
      .filter(({ node }) => entityOf(node) === entity)
      .sort(
        (a, b) => (keys[b.index] ?? 0) - (keys[a.index] ?? 0) || Buffer.compare(tie(a.node.name), tie(b.node.name)),
      )[0]?.index ?? -1;
  const cooldown = Math.min(16, entities.length - 1);
  const granted: string[] = [];
  const own = weights();
  return Array.from({ length: EXAMPLE_SLOTS }, (_, slot) => {
    const cooling = granted.slice(-cooldown);
    const free = ranking.filter((entity) => !cooling.includes(entity));
    granted.push(free[0] ?? "");
    const order = free.slice(0, 2).map(dutyOf);
    const rest = exampleNodes.map((__, index) => index).filter((index) => !order.includes(index));
    for (let i = 0; rest.length > 0; i++) {
      const left = rest.reduce((sum, index) => sum + (own[index] ?? 0), 0);
      let ticket = BigInt(`0x${sha256(seed, u32be(slot), u32be(i)).toString("hex")}`) % BigInt(left);
      const at = rest.findIndex((index) => {
        ticket -= BigInt(own[index] ?? 0);
        return ticket < 0n;
      });
      order.push(...rest.splice(at, 1));
    }
    return order.map((index) => exampleNodes[index]?.name).join(" ");
  });
}

describe("docs/protocol.md", () => {
  it("has every part that comes from the code, once", () => {
    assert.deepEqual([text, securityText, economicsText].flatMap(markedSections).sort(), sectionNames().sort());
  });

  it("lists every constant of the consensus package, and no other", () => {
    assert.deepEqual(exportedNumbers().sort(), constantNames().sort());
  });

  it("shows every type that is sent or hashed, field by field, and explains no field that is gone", () => {
    const sent = Object.keys(containers()).filter((name) => !(derivedTypes as readonly string[]).includes(name));
    assert.deepEqual(documentedTypes().sort(), sent.sort());
    assert.deepEqual(strayNotes(), []);
    for (const name of sent) {
      const start = text.indexOf(`\n${name}\n`);
      assert.ok(start > 0, name);
      const block = text.slice(start + name.length + 2).split(/\n\n|\n```/)[0] ?? "";
      const fields = block.split("\n").map((line) => line.trim().split(":")[0]);
      assert.deepEqual(fields, Object.keys(containers()[name]?.fields ?? {}), name);
    }
  });

  it("its weights follow from its formula", () => {
    const rows = table("| node | credits c |");
    assert.deepEqual(
      rows.map(([, , weight]) => Number(weight)),
      weights(),
    );
    // The example shows the cap at work.
    assert.ok(weights().some((weight, index) => weight < (exampleNodes[index]?.credits ?? 0)));
  });

  it("its leaders follow from its formula", () => {
    assert.deepEqual(
      table("| slot | order of proposers").map(([, order]) => order),
      orders(),
    );
  });

  it("names golden vectors that exist, and their domains", () => {
    const named = [...text.matchAll(/`(\w+\/test\/vectors\/\w+\.json)`/g)].map(([, path = ""]) => path);
    assert.ok(named.length >= 3);
    for (const path of named) assert.ok(existsSync(join(repositoryRoot, path)), path);
    const vectors = JSON.parse(readFileSync(join(repositoryRoot, "consensus/test/vectors/signing.json"), "utf8")) as {
      readonly domains: Readonly<Record<string, string>>;
    };
    for (const domain of Object.values(vectors.domains)) assert.ok(text.includes(domain), domain);
  });

  it("points at pages that exist", () => {
    for (const [, page = ""] of `${text}${securityText}${economicsText}`.matchAll(/\]\(([\w-]+\.md)\)/g)) {
      assert.ok(existsSync(join(repositoryRoot, "docs", page)), page);
    }
  });
});

describe("docs/security-model.md", () => {
  it("its losses are the definition: a quorum is strictly more than 2/3", () => {
    for (let n = 1; n <= 256; n++) {
      const { canLose, stops, forges } = equalVoters(n);
      assert.ok(3 * (n - canLose) > 2 * n && 3 * (n - stops) <= 2 * n && stops === canLose + 1);
      assert.ok(3 * forges > 2 * n && 3 * (forges - 1) <= 2 * n);
    }
  });

  it("n/12 nodes at the cap hold a third, and fewer do not", () => {
    for (let n = 24; n <= 256; n++) {
      const k = Math.ceil(n / 12);
      assert.ok(richShare(n, k) > 0.33, `${n} ${richShare(n, k)}`);
      // 30 % or 4/n each, whichever is less, and one in ten thousand for rounding.
      assert.ok(richShare(n, 1) <= Math.min(0.3, 4 / n) + 0.0001, `${n} ${richShare(n, 1)}`);
      assert.ok(fewestForThird(n) >= Math.floor(n / 12), `${n}`);
    }
  });

  it("a takeover by one operator is never a matter of hours, and never one of idle nodes", () => {
    for (const honest of [4, 16, 64]) {
      const { third, twoThirds } = sybilTakeover(honest, false);
      assert.ok((third?.epochs ?? 0) > 48 && (twoThirds?.epochs ?? 0) > (third?.epochs ?? 0));
      assert.ok((sybilTakeover(honest, true).third?.epochs ?? 0) > 24);
    }
    assert.equal(sybilTakeover(200, true).third, undefined);
  });

  it("all LUCID there can ever be stays an exact number", () => {
    assert.ok(mostMinted() <= 2n * 2n * 1_051_200n * 1_000_000_000n);
    assert.ok(Number.isSafeInteger(Number(mostMinted())));
  });
});

describe("docs/storage-economics.md", () => {
  it("its blocks to the first miss are what a draw of challenges gives", () => {
    const { mainnet } = presets;
    // Draws by a generator of its own: 32 chunks of which 3 of n nodes hold each, a twentieth of them lacking.
    let seedOfDraw = 7;
    const random = (): number => {
      seedOfDraw = (Math.imul(seedOfDraw, 1_664_525) + 1_013_904_223) >>> 0;
      return seedOfDraw / 2 ** 32;
    };
    for (const nodes of [10, 64]) {
      let blocks = 0;
      const runs = 4_000;
      for (let i = 0; i < runs; i++) {
        for (let seen = false; !seen; blocks++) {
          for (let c = 0; c < mainnet.challengesPerBlock; c++) if (random() * nodes < 3 && random() < 0.05) seen = true;
        }
      }
      const expected = blocksToSee(nodes, 0.05, mainnet);
      assert.ok(Math.abs(blocks / runs - expected) < 0.1 * expected, `${nodes}: ${blocks / runs} ${expected}`);
    }
    assert.equal(challengesOfNode(16, mainnet), 6);
    assert.equal(blocksToSee(3, 1, mainnet), 1);
  });
});
