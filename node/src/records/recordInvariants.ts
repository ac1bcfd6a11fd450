import { type ConsensusState, TaskType } from "@lucid/consensus";
import { equalBytes } from "@lucid/consensus/base";
import type { CheckContext, Invariant, KeyValueStore } from "@lucid/storage";
import { BlockStore } from "../chain/blockStore.js";
import type { StoredBlock } from "../interfaces.js";
import { RecordStore } from "./recordStore.js";

/** What holds between the chain and the records that follow from it. */
export function recordInvariants(store: KeyValueStore): Invariant[] {
  const blocks = new BlockStore(store);
  const records = new RecordStore(store);
  const state = (): ConsensusState | undefined => blocks.decodedState();
  return [
    {
      name: "records.leaderSchedule",
      summary: "Every slot that is over has its row, which names the block that was decided in it or none.",
      check: async (context) => {
        const base = blocks.base();
        // The slots of a snapshot's own block end with the next one; those before it are not here.
        let next = base === 1 ? 1 : (blocks.block(base)?.body.parentCommit.slot ?? 0) + 1;
        for (let height = base; height < (blocks.head()?.height ?? 0); height++) {
          const decided = blocks.block(height + 1)?.body.parentCommit.slot;
          const block = blocks.block(height);
          if (decided === undefined || block === undefined) continue;
          for (; next <= decided; next++) checkSlot(records, next, decided, block, context);
        }
        for await (const row of records.leaderRows()) {
          if (row.slot < next) continue;
          context.report({ code: "DB_INDEX", message: `slot ${row.slot} has a row but is not over` });
        }
      },
    },
    {
      name: "records.taskProofs",
      summary: "Every block has the tasks that it credits, one for each bit of the certificate that it carries.",
      check: async ({ report, looked }) => {
        const head = state();
        if (head === undefined) return;
        const base = blocks.base();
        for (let height = base === 1 ? 1 : base + 1; height <= (blocks.head()?.height ?? 0); height++) {
          looked();
          const block = blocks.block(height);
          if (block === undefined) continue;
          const { parentCommit } = block.body;
          const tasks = records.tasks(height, block.header.timestamp, head);
          const signed = tasks?.filter(({ type }) => type === TaskType.ValidationSignature);
          const bits = parentCommit.signers.getTrueBitIndexes().length;
          if (signed?.length === bits && signed.every(({ sig }) => equalBytes(sig, parentCommit.signature))) continue;
          report({ code: "DB_INDEX", message: `the tasks of block ${height} are missing or of another block` });
        }
      },
    },
    {
      name: "records.workTally",
      summary: "The tally of every closed epoch in the credit window adds up to the credits of its bucket.",
      check: async ({ report, looked }) => {
        const head = state();
        const base = blocks.base();
        for (const { epoch, firstHeight, voters, credits } of head?.window ?? []) {
          // The window of genesis is made up: nobody voted in it.
          if (voters.getTrueBitIndexes().length === 0) continue;
          // Closed before the snapshot with which this chain began.
          if (base > 1 && firstHeight < base && (await records.tally(epoch)).length === 0) continue;
          const rows = await records.tally(epoch);
          looked();
          const sum = rows.reduce((total, row) => total + row.credits, 0);
          const expected = credits.reduce((total, own) => total + own, 0);
          if (sum !== expected) {
            report({ code: "DB_INDEX", message: `the tally of epoch ${epoch} adds up to ${sum}, not to ${expected}` });
          }
        }
      },
    },
  ];
}

function checkSlot(
  records: RecordStore,
  slot: number,
  decided: number,
  { header }: StoredBlock,
  { report, looked }: CheckContext,
): void {
  looked();
  const row = records.leader(slot);
  const carried = header.slot < slot;
  const expected = slot < decided ? "empty" : carried ? "carried" : header.round === 0 ? "primary" : "timeout_fallback";
  if (row?.reason === expected && row.height === header.height && (row.winner === undefined) === slot < decided) return;
  report({
    code: "DB_INDEX",
    message: `slot ${slot} should be ${expected} at height ${header.height} and its row says ${row?.reason ?? "nothing"}`,
  });
}
