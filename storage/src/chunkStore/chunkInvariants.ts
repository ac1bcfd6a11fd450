import { equalBytes, toHex } from "@lucid/consensus/base";
import type { CheckContext, Invariant } from "../db/checkDatabase.js";
import type { ChunkStore } from "./chunkStore.js";

/**
 * What holds between records, index, totals and files of a chunk store that nobody writes to meanwhile.
 * @param deep also reads every file and compares it with its root
 */
export function chunkInvariants(chunks: ChunkStore, options: { readonly deep?: boolean } = {}): Invariant[] {
  const { files, records } = chunks.internals;
  const rootMeta = (root: Uint8Array) => ({ root: toHex(root) });
  return [
    {
      name: "chunks.index",
      summary: "Each chunk is in the index of its session, and each entry of the index has its chunk.",
      check: async ({ report, looked }) => {
        for await (const [root, record] of records.records.entries()) {
          looked();
          const entry = records.sessions.get([record.sessionId, record.index, root]);
          const same =
            entry !== undefined &&
            entry.size === record.size &&
            entry.last === record.last &&
            entry.manifest === record.manifest;
          if (!same)
            report({
              code: "DB_INDEX",
              message: `chunk ${toHex(root)} is not in the index of its session`,
              meta: rootMeta(root),
            });
        }
        for await (const [sessionId, index, root] of records.sessions.ids()) {
          looked();
          const record = records.records.get(root);
          if (record === undefined || record.index !== index || !equalBytes(record.sessionId, sessionId)) {
            report({
              code: "DB_INDEX",
              message: `the index of session ${toHex(sessionId)} names chunk ${toHex(root)}, which has no such record`,
              meta: rootMeta(root),
            });
          }
        }
      },
    },
    {
      name: "chunks.totals",
      summary: "The totals are the sums of the records.",
      check: async ({ report, looked }) => {
        looked();
        const counted = await records.count();
        const { chunks: count, bytes } = records.totals;
        if (counted.chunks !== count || counted.bytes !== bytes) {
          report({
            code: "DB_TOTALS",
            message: `the totals say ${count} chunks and ${bytes} bytes, the records ${counted.chunks} and ${counted.bytes}`,
          });
        }
      },
    },
    {
      name: "chunks.files",
      summary: "Each chunk has a file of its size, or is marked as damaged or missing.",
      check: async ({ report, looked }) => {
        for await (const [root, record] of records.records.entries()) {
          looked();
          const size = await files.size(root);
          if (record.state === "missing" || (record.state === "stored" && size === undefined)) {
            report({ code: "CHUNK_MISSING", message: `chunk ${toHex(root)} has lost its file`, meta: rootMeta(root) });
          } else if (record.state === "damaged" || size !== record.size) {
            report({ code: "CHUNK_DAMAGED", message: `chunk ${toHex(root)} is damaged`, meta: rootMeta(root) });
          }
        }
      },
    },
    ...(options.deep === true
      ? [
          {
            name: "chunks.content",
            summary: "Each file has the content that its root names.",
            check: (context: CheckContext) => checkContent(chunks, context),
          },
        ]
      : []),
  ];
}

async function checkContent(chunks: ChunkStore, { report, looked }: CheckContext): Promise<void> {
  const { files, records } = chunks.internals;
  for await (const [root, record] of records.records.entries()) {
    looked();
    if (record.state !== "stored" || (await files.size(root)) !== record.size) continue;
    const buffer = new Uint8Array(record.size);
    await files.read(root, buffer, 0);
    if (!equalBytes(await chunks.hash(buffer), root)) {
      report({
        code: "CHUNK_DAMAGED",
        message: `chunk ${toHex(root)} has other content than its root names`,
        meta: { root: toHex(root) },
      });
    }
  }
}
