import { resolve as resolvePath } from "node:path";
import { ExitCode } from "@lucid/consensus/base";
import {
  type CheckReport,
  ChunkStore,
  checkDatabase,
  chunkInvariants,
  LevelStore,
  openDataDirectory,
  systemClock,
} from "@lucid/storage";
import type { CommandContext } from "../commandContext.js";
import { nodeInvariants } from "../invariants.js";
import type { Output } from "../output.js";

/** Problems that are printed; the count and --json tell of all. */
const SHOWN = 20;

function draw(output: Output, { ok, invariants, problems, problemCount }: CheckReport): void {
  const width = Math.max(...invariants.map(({ name }) => name.length));
  for (const { name, summary, looked, problems: own } of invariants) {
    const state = own === 0 ? output.style("green", "ok    ") : output.style("red", "FAILED");
    output.line(
      `${state}  ${name.padEnd(width)}  ${summary} (${looked} looked at${own === 0 ? "" : `, ${own} wrong`})`,
    );
  }
  for (const { invariant, code, message } of problems.slice(0, SHOWN))
    output.line(`  ${invariant}: ${message} [${code}]`);
  if (problemCount > SHOWN) output.line(`  and ${problemCount - SHOWN} more`);
  output.line(ok ? "The database is sound." : "The database is damaged: restore it from a backup or sync it again.");
}

/** Reads everything and writes nothing but the lock. @returns exit code 4 when something is wrong */
export async function run(context: CommandContext): Promise<number> {
  const { output, options, interruption } = context;
  const { values } = await context.config();
  const directory = await openDataDirectory(resolvePath(values.dataDir));
  try {
    const { paths } = directory;
    const store = await LevelStore.open({ location: paths.chain, createIfMissing: false, multithreading: false });
    try {
      const chunks = await ChunkStore.open(
        { folder: paths.chunks, quotaBytes: values.chunkQuota },
        { store, now: () => systemClock.now() },
      );
      const report = await checkDatabase(
        [
          ...(await nodeInvariants(store, directory, { signatures: options.flag("signatures") })),
          ...chunkInvariants(chunks, { deep: options.flag("chunks") }),
        ],
        { signal: interruption.signal },
      );
      await chunks.close();
      output.data(report);
      draw(output, report);
      return report.ok ? ExitCode.Ok : ExitCode.BadInput;
    } finally {
      await store.close();
    }
  } finally {
    await directory.close();
  }
}
