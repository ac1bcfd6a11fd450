import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { sessionRoot } from "@lucid/consensus/proofs";
import { type BatchOp, checkDatabase, MemoryStore, namespaces } from "@lucid/storage";
import { replicationInvariants } from "../../../src/replication/replicationInvariants.js";
import { type AnchoredSession, ReplicationStore } from "../../../src/replication/replicationStore.js";

const NOW = 1_800_000_000;
const DAY = 86_400;
const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

describe("what holds between the records of replication", () => {
  let store: MemoryStore;
  let records: ReplicationStore;
  let roots: Uint8Array[];
  let session: AnchoredSession;

  const write = (...ops: readonly BatchOp[]): Promise<void> => records.write(ops, false);
  const codes = async (): Promise<string[]> =>
    (await checkDatabase(replicationInvariants(store, NOW))).problems.map(
      ({ invariant, code }) => `${invariant} ${code}`,
    );

  beforeEach(async () => {
    store = new MemoryStore();
    records = new ReplicationStore(store);
    roots = Array.from({ length: 5 }, () => bytes(32));
    session = {
      ...{ owner: bytes(20), sessionId: bytes(32), merkleRoot: sessionRoot(roots), chunkCount: 5 },
      ...{ registeredAt: NOW - DAY, paidUntil: NOW + 29 * DAY, rootsKnown: true },
    };
    await write(records.anchored.putOp(1, session), ...records.rootsOps(session, roots));
    const consent = { account: bytes(20), sessionId: bytes(32), maxBytes: 1_000n, expiry: 1n, signature: bytes(65) };
    const upload = { consent, bytes: 1_000, since: NOW * 1_000, forward: true };
    await write(
      records.uploads.putOp([consent.account, consent.sessionId], upload),
      records.receipts.putOp([consent.sessionId, roots[0] ?? bytes(32), bytes(32)], {
        ...{ epoch: 1, forkVersion: 1, signature: bytes(96) },
      }),
      ...records.rootsOps({ owner: consent.account, sessionId: consent.sessionId }, [bytes(32)]),
    );
  });

  it("nothing is said of records that are right", async () => {
    assert.deepEqual(await codes(), []);
    // Of a session whose time is over the list has gone.
    await write(
      ...(await records.forgetRootsOps(session)),
      records.anchored.putOp(1, { ...session, paidUntil: NOW - 31 * DAY }),
    );
    assert.deepEqual(await codes(), []);
  });

  for (const [what, expected, spoil] of [
    [
      "a gap in the numbers",
      "replication.sessions DB_INDEX",
      () => [records.anchored.putOp(3, { ...session, rootsKnown: false })],
    ],
    ["another list of roots", "replication.sessions DB_INDEX", () => records.rootsOps(session, [...roots].reverse())],
    [
      "a record that is cut off",
      "replication.sessions RECORD_CORRUPT, replication.roots RECORD_CORRUPT",
      () => [{ type: "put", key: Uint8Array.of(namespaces.anchoredSession, 0, 0, 0, 1), value: bytes(7) }],
    ],
    [
      "roots of nobody",
      "replication.roots DB_INDEX",
      () => records.rootsOps({ owner: bytes(20), sessionId: bytes(32) }, [bytes(32)]),
    ],
    [
      "more bytes than the owner allowed",
      "replication.uploads DB_TOTALS",
      () => {
        const consent = { account: bytes(20), sessionId: bytes(32), maxBytes: 9n, expiry: 1n, signature: bytes(65) };
        return [
          records.uploads.putOp([consent.account, consent.sessionId], { consent, bytes: 10, since: 1, forward: false }),
        ];
      },
    ],
    [
      "a receipt of no upload",
      "replication.receipts DB_INDEX",
      () => [
        records.receipts.putOp([bytes(32), bytes(32), bytes(32)], { epoch: 1, forkVersion: 1, signature: bytes(96) }),
      ],
    ],
    [
      "a released chunk that is not here",
      "replication.released DB_INDEX",
      () => [records.released.putOp(bytes(32), 1)],
    ],
  ] as readonly (readonly [string, string, () => BatchOp[]])[]) {
    it(`${what} is found`, async () => {
      await write(...spoil());
      assert.equal((await codes()).join(", "), expected);
    });
  }
});
