import { equalBytes, toHex } from "@lucid/consensus/base";
import { sessionRoot } from "@lucid/consensus/proofs";
import {
  bytesCodec,
  type CheckContext,
  type Invariant,
  type KeyValueStore,
  namespaces,
  Repository,
  rawCodec,
} from "@lucid/storage";
import { type AnchoredSession, ReplicationStore } from "./replicationStore.js";
import { isEnded } from "./sessionLedger.js";

/** What holds between the records of sessions, uploads, receipts and released chunks. @param now Unix seconds */
export function replicationInvariants(store: KeyValueStore, now = Date.now() / 1000): Invariant[] {
  const records = new ReplicationStore(store);
  const chunks = new Repository(store, { namespace: namespaces.chunk, key: bytesCodec(32), value: rawCodec });
  return [
    {
      name: "replication.sessions",
      summary:
        "Anchored sessions are numbered without a gap, and a list of roots that counts as known has the root of the chain.",
      check: async (context) => {
        let expected = 1;
        for await (const [number, session] of records.anchored.entries()) {
          context.looked();
          if (number !== expected) {
            context.report({ code: "DB_INDEX", message: `session ${expected} is missing before session ${number}` });
          }
          expected = number + 1;
          if (session.rootsKnown) checkRoots(number, session, records, now, context);
        }
      },
    },
    {
      name: "replication.roots",
      summary: "Each part of a list of roots is of a session that is anchored or being uploaded.",
      check: async ({ report, looked }) => {
        const known = await owners(records);
        for await (const [owner, sessionId, part] of records.partIds()) {
          looked();
          if (known.has(toHex(owner) + toHex(sessionId))) continue;
          const meta = { session: toHex(sessionId), part };
          report({
            code: "DB_INDEX",
            message: `part ${part} of the roots of ${toHex(sessionId)} is of no session`,
            meta,
          });
        }
      },
    },
    {
      name: "replication.uploads",
      summary: "Each upload stands under its consent's account and session and within the consent.",
      check: async (context) => {
        for await (const [[account, sessionId], { consent, bytes }] of records.uploads.entries()) {
          context.looked();
          const own = equalBytes(consent.account, account) && equalBytes(consent.sessionId, sessionId);
          if (own && BigInt(bytes) <= consent.maxBytes) continue;
          const message = own
            ? `the upload of ${toHex(sessionId)} has ${bytes} bytes, more than its owner allowed`
            : `the upload of ${toHex(sessionId)} carries another consent`;
          context.report({ code: own ? "DB_TOTALS" : "DB_INDEX", message });
        }
      },
    },
    {
      name: "replication.receipts",
      summary: "Each receipt is of a session that this node passes on.",
      check: async ({ report, looked }) => {
        const passed = new Set<string>();
        for await (const [, { consent, forward }] of records.uploads.entries()) {
          if (forward) passed.add(toHex(consent.sessionId));
        }
        for await (const [sessionId, root] of records.receipts.ids()) {
          looked();
          if (passed.has(toHex(sessionId))) continue;
          const meta = { session: toHex(sessionId), root: toHex(root) };
          report({ code: "DB_INDEX", message: `a receipt for chunk ${toHex(root)} is of no upload`, meta });
        }
      },
    },
    {
      name: "replication.released",
      summary: "Each chunk that is noted as no longer owed is here.",
      check: async ({ report, looked }) => {
        for await (const root of records.released.ids()) {
          looked();
          if (chunks.get(root) !== undefined) continue;
          report({ code: "DB_INDEX", message: `chunk ${toHex(root)} is noted as released and is not here` });
        }
      },
    },
  ];
}

function checkRoots(
  number: number,
  session: AnchoredSession,
  records: ReplicationStore,
  now: number,
  { report }: CheckContext,
): void {
  const roots = records.roots(session);
  // The list of a session that has ended goes, what the chain said of it stays.
  if (roots === undefined && records.rootsPart(session, 0) === undefined && isEnded(session, now)) return;
  const right =
    roots !== undefined &&
    roots.length === session.chunkCount &&
    equalBytes(sessionRoot([...roots]), session.merkleRoot);
  if (!right)
    report({ code: "DB_INDEX", message: `the roots of session ${number} are not those that the chain names` });
}

async function owners(records: ReplicationStore): Promise<Set<string>> {
  const known = new Set<string>();
  for await (const [, { owner, sessionId }] of records.anchored.entries()) known.add(toHex(owner) + toHex(sessionId));
  for await (const [[account, sessionId]] of records.uploads.entries()) known.add(toHex(account) + toHex(sessionId));
  return known;
}
