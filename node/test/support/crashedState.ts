import assert from "node:assert/strict";
import { toHex } from "@lucid/consensus/base";
import { checkDatabase, type KeyValueStore } from "@lucid/storage";
import { readStateHead } from "../../src/state/stateHead.js";
import { stateInvariants } from "../../src/state/stateInvariants.js";

/**
 * What a crash left is sound, and nothing acknowledged is lost. @param committed height of the last block that was acknowledged;
 * -1 before genesis. @param roots state roots by height. @returns the height; undefined when not even genesis is there
 */
export async function heightAfterCrash(
  store: KeyValueStore,
  committed: number,
  roots: readonly Uint8Array[],
): Promise<number | undefined> {
  const head = readStateHead(store);
  if (head === undefined) {
    assert.equal(committed, -1);
    return undefined;
  }
  assert.ok(head.height >= committed, "an acknowledged block is lost");
  assert.equal(toHex(head.root), toHex(roots[head.height] ?? assert.fail()));
  assert.deepEqual((await checkDatabase(stateInvariants(store))).problems, []);
  return head.height;
}
