import assert from "node:assert/strict";
import { hasCode, toHex } from "@lucid/consensus/base";
import fc from "fast-check";
import { FaultDisk, type Survival } from "../../../src/faults/index.js";
import { ChunkStore, checkDatabase, chunkInvariants, reconcileChunks } from "../../../src/index.js";
import { makeBlob } from "./makeBlob.js";

const made = Array.from({ length: 6 }, (_, i) => makeBlob(i, 40 + i));
const item = (i: number) => {
  const found = made[i];
  assert.ok(found !== undefined);
  return found;
};

type Action = { readonly kind: "put" | "delete" | "verify" | "read"; readonly i: number };

/** A stretch of work between two starts: what is done side by side, and where the machine stops. */
interface Stretch {
  readonly groups: readonly (readonly Action[])[];
  /** Points until the stop; the machine also stops after the last group. */
  readonly crashAt: number;
  readonly survival: Survival;
  readonly reconcile: boolean;
}

const actionArbitrary: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom("put", "put", "put", "delete", "verify", "read"),
  i: fc.nat({ max: made.length - 1 }),
});
const stretchArbitrary: fc.Arbitrary<Stretch> = fc.record({
  groups: fc.array(fc.array(actionArbitrary, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
  crashAt: fc.integer({ min: 1, max: 150 }),
  survival: fc.oneof(
    fc.constantFrom<Survival>("none", "all"),
    fc.nat().map((seed): Survival => ({ seed })),
  ),
  reconcile: fc.boolean(),
});

/** What is known of a chunk: "maybe" while an operation on it was not acknowledged. */
type Known = "there" | "absent" | "maybe";

const open = (disk: FaultDisk) =>
  ChunkStore.open(
    { folder: "/chunks", quotaBytes: 1e6, reservedFreeBytes: 0 },
    { store: disk.store(), files: disk.files, now: () => 1 },
  );

async function act(chunks: ChunkStore, { kind, i }: Action, model: Map<number, Known>): Promise<void> {
  const { root, blob } = item(i);
  if (kind === "put") {
    if (model.get(i) !== "there") model.set(i, "maybe");
    await chunks.put(root, blob);
  } else if (kind === "delete") {
    model.set(i, "maybe");
    await chunks.delete(root);
  } else if (kind === "verify") {
    assert.ok([undefined, "stored"].includes(await chunks.verify(root)));
  } else {
    const read = await chunks.read(root).catch((error: Error) => {
      if (!hasCode(error, "CHUNK_NOT_FOUND")) throw error;
    });
    if (read !== undefined) assert.deepEqual(read, blob);
  }
}

/** Runs a group side by side. What happens to a chunk that is put and deleted at once stays open. */
async function runGroup(chunks: ChunkStore, group: readonly Action[], model: Map<number, Known>): Promise<void> {
  await Promise.all(group.map((action) => act(chunks, action, model)));
  for (const { i } of group) {
    const writes = new Set(
      group
        .filter((action) => action.i === i && action.kind !== "verify" && action.kind !== "read")
        .map(({ kind }) => kind),
    );
    if (writes.size === 1) model.set(i, writes.has("put") ? "there" : "absent");
  }
}

async function check(chunks: ChunkStore, model: ReadonlyMap<number, Known>): Promise<void> {
  for (const [i, known] of model) {
    const { root, blob } = item(i);
    if (known === "there") assert.deepEqual(await chunks.read(root), blob, `chunk ${i}`);
    if (known === "absent") assert.equal(chunks.get(root), undefined, `chunk ${i}`);
  }
  const report = await checkDatabase(chunkInvariants(chunks, { deep: true }));
  assert.deepEqual(report.problems, []);
}

describe("ChunkStore: random work and crashes against a model", function () {
  this.timeout(60_000);

  it("never loses what it acknowledged, nor keeps what it deleted, and stays sound", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stretchArbitrary, { minLength: 1, maxLength: 4 }), async (stretches) => {
        const model = new Map<number, Known>();
        let disk = FaultDisk.create();
        for (const { groups, crashAt, survival, reconcile } of stretches) {
          disk = disk.restart(survival, { crashAt });
          try {
            const chunks = await open(disk);
            if (reconcile) await reconcileChunks(chunks, { extra: "remove" });
            for (const group of groups) await runGroup(chunks, group, model);
          } catch (error) {
            if (!disk.plan.crashed) throw error;
          }
          disk = disk.restart(survival);
          await check(await open(disk), model);
        }
        const chunks = await open(disk);
        await reconcileChunks(chunks, { extra: "adopt" });
        const files: string[] = [];
        for await (const root of chunks.internals.files.roots()) files.push(toHex(root));
        assert.equal(new Set(files).size, chunks.stats().chunks);
      }),
      { numRuns: 150 },
    );
  });
});
