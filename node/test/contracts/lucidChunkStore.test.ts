import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { emptyRoot, sessionRoot } from "@lucid/consensus/proofs";
import { artifactOf, contractAddresses } from "@lucid/contracts";
import { concatHex, encodeAbiParameters, keccak256, numberToHex } from "viem";
import { anchorChunks, hashOf, readAnchors, readStore, register, rootsOf, sessionInput } from "./support/sessions.js";
import { TestChain, users } from "./support/testChain.js";

const [alice = "0x", bob = "0x"] = users;
const id = hashOf("recording");

describe("LucidChunkStore", () => {
  let chain: TestChain;
  beforeEach(async () => {
    chain = await TestChain.create();
  });

  it("gives the root of the reference tree after every batch, whatever the sizes", async () => {
    const roots = rootsOf("growing", 700);
    assert.equal(await readStore(chain, "rootOf", [alice, id]), toHex(emptyRoot()));
    let count = 0;
    for (const size of [1, 1, 1, 2, 3, 1, 7, 8, 64, 1, 255, 256, 100]) {
      const outcome = await anchorChunks(chain, alice, id, count, roots.slice(count, count + size));
      assert.equal(outcome.error, undefined);
      assert.deepEqual(outcome.events, [
        {
          contract: "LucidChunkStore",
          name: "ChunksAnchored",
          topics: 3,
          args: {
            owner: alice,
            sessionId: id,
            firstIndex: count,
            chunkRoots: roots.slice(count, count + size).map(toHex),
          },
        },
      ]);
      count += size;
      assert.equal(await readStore(chain, "countOf", [alice, id]), count);
      assert.equal(
        await readStore(chain, "rootOf", [alice, id]),
        toHex(sessionRoot(roots.slice(0, count))),
        `${count}`,
      );
    }
  });

  it("equals the reference for every count up to 40", async () => {
    const roots = rootsOf("each", 40);
    for (const [index, root] of roots.entries()) {
      await anchorChunks(chain, alice, id, index, [root]);
      assert.equal(await readStore(chain, "rootOf", [alice, id]), toHex(sessionRoot(roots.slice(0, index + 1))));
    }
  });

  it("keeps owners and sessions apart", async () => {
    await anchorChunks(chain, alice, id, 0, rootsOf("a", 3));
    await anchorChunks(chain, bob, id, 0, rootsOf("b", 2));
    await anchorChunks(chain, alice, hashOf("other"), 0, rootsOf("c", 1));
    assert.equal(await readStore(chain, "rootOf", [alice, id]), toHex(sessionRoot(rootsOf("a", 3))));
    assert.equal(await readStore(chain, "rootOf", [bob, id]), toHex(sessionRoot(rootsOf("b", 2))));
    assert.equal(await readStore(chain, "countOf", [alice, hashOf("other")]), 1);
  });

  it("refuses empty and too large batches, a batch sent twice and a gap", async () => {
    const roots = rootsOf("bad", 300);
    assert.deepEqual((await anchorChunks(chain, alice, id, 0, [])).error, { name: "BatchSize", args: [0n] });
    const large = await anchorChunks(chain, alice, id, 0, roots.slice(0, 257));
    assert.deepEqual(large.error, { name: "BatchSize", args: [257n] });
    assert.equal((await anchorChunks(chain, alice, id, 0, roots.slice(0, 256))).error, undefined);
    const twice = await anchorChunks(chain, alice, id, 0, roots.slice(0, 256));
    assert.deepEqual(twice.error, { name: "UnexpectedIndex", args: [0, 256] });
    const gap = await anchorChunks(chain, alice, id, 257, roots.slice(0, 1));
    assert.deepEqual(gap.error, { name: "UnexpectedIndex", args: [257, 256] });
    assert.equal(await readStore(chain, "MAX_ROOTS", []), 256n);
  });

  it("refuses more than 2^32 - 1 leaves", async () => {
    const [trees] = artifactOf("LucidChunkStore").storageLayout.storage;
    const word = (value: `0x${string}`, slot: `0x${string}`) => keccak256(concatHex([value, slot]));
    const owner = encodeAbiParameters([{ type: "address" }], [alice]);
    const slot = word(id, word(owner, numberToHex(BigInt(trees?.slot ?? 0), { size: 32 })));
    await chain.putStorage(contractAddresses.LucidChunkStore, slot, numberToHex(2 ** 32 - 2, { size: 32 }));
    assert.equal(await readStore(chain, "countOf", [alice, id]), 2 ** 32 - 2);
    const roots = rootsOf("full", 2);
    const outcome = await anchorChunks(chain, alice, id, 2 ** 32 - 2, roots);
    assert.deepEqual(outcome.error, { name: "TreeFull", args: [2 ** 32 - 2] });
    assert.equal((await anchorChunks(chain, alice, id, 2 ** 32 - 2, roots.slice(1))).error, undefined);
    assert.equal(await readStore(chain, "countOf", [alice, id]), 2 ** 32 - 1);
    const more = await anchorChunks(chain, alice, id, 2 ** 32 - 1, roots.slice(1));
    assert.deepEqual(more.error, { name: "TreeFull", args: [2 ** 32 - 1] });
  });

  it("binds the registration of a session whose chunks were anchored", async () => {
    const input = sessionInput("long", 9);
    const roots = rootsOf("long", 9);
    await anchorChunks(chain, alice, input.sessionId, 0, roots.slice(0, 8));
    const early = await register(chain, input);
    assert.deepEqual(early.error, { name: "ChunkCountMismatch", args: [9, 8] });
    await anchorChunks(chain, alice, input.sessionId, 8, rootsOf("other", 1));
    const wrong = await register(chain, input);
    assert.equal(wrong.error?.name, "MerkleRootMismatch");
    assert.deepEqual(wrong.error?.args[0], input.merkleRoot);

    const right = sessionInput("right", 9);
    await anchorChunks(chain, alice, right.sessionId, 0, rootsOf("right", 9));
    assert.equal((await register(chain, right)).error, undefined);
    // Another owner's anchors of the same id bind nobody else.
    assert.equal((await register(chain, { ...right, owner: bob })).error, undefined);
    assert.equal(await readAnchors(chain, "CHUNK_STORE", []), contractAddresses.LucidChunkStore);
  });

  it("takes no value", async () => {
    const outcome = await chain.send({ to: contractAddresses.LucidChunkStore, data: "0x", value: 1n });
    assert.equal(outcome.reason, "revert");
  });
});
