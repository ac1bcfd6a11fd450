import { resolve as resolvePath } from "node:path";
import { realFileSystem, writeFileAtomic } from "@lucid/storage";
import { z } from "zod";
import { NodeError } from "../../errors.js";
import type { CommandContext } from "../commandContext.js";
import { connectNode } from "../session/nodeLink.js";
import { openDataDirectory } from "../validator/identity.js";

const PARTS = ["credits", "validation", "uptime", "storage", "relay"] as const;
/** A public network's month has 744. */
const MAX_EPOCHS = 10_000;

const count = z.string().transform(Number);
const tally = z.object({
  open: z.boolean(),
  entities: z.array(
    z.object({
      entityId: z.string(),
      nodes: count,
      credits: count,
      validation: count,
      uptime: count,
      storage: count,
      relay: count,
    }),
  ),
});

type Row = Record<(typeof PARTS)[number] | "nodes", number>;

/** First and last epoch of "168..839". */
function periodOf(text: string): readonly [number, number] {
  const [, first, last] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(text) ?? [];
  const period = [Number(first), Number(last)] as const;
  if (first === undefined || last === undefined || period[0] > period[1] || period[1] - period[0] >= MAX_EPOCHS) {
    throw new NodeError({
      code: "USAGE",
      message: `"${text}" is no period`,
      meta: { fix: `give the first and last epoch, such as 168..911; at most ${MAX_EPOCHS}` },
    });
  }
  return period;
}

/** Credits of each entity in a period, as CSV: what a payout operator starts from. */
export async function exportFile(context: CommandContext): Promise<undefined> {
  const { output, options, interruption } = context;
  const [first, last] = periodOf(options.text("period") ?? "");
  const path = resolvePath(options.text("out") ?? `tally-${first}-${last}.csv`);
  const client = await connectNode(context, await openDataDirectory(context));
  const rows = new Map<string, Row>();
  try {
    for (let epoch = first; epoch <= last; epoch++) {
      interruption.signal.throwIfAborted();
      const { open, entities } = tally.parse(await client.rpc("lucid_getWorkTally", [epoch]));
      if (open || entities.length === 0) {
        const why = open ? "is not over" : "has no tally here: it is to come, or was not kept";
        throw new NodeError({ code: "TALLY_INCOMPLETE", message: `epoch ${epoch} ${why}`, meta: { epoch } });
      }
      for (const { entityId, nodes, ...parts } of entities) {
        const row = rows.get(entityId) ?? { nodes: 0, credits: 0, validation: 0, uptime: 0, storage: 0, relay: 0 };
        for (const part of PARTS) row[part] += parts[part];
        row.nodes = nodes;
        rows.set(entityId, row);
      }
    }
  } finally {
    client.close();
  }
  const names = [...rows.keys()].sort();
  const lines = names.map((name) => {
    const row = rows.get(name);
    return [name, row?.nodes, ...PARTS.map((part) => row?.[part])].join(",");
  });
  const text = [["entity", "nodes", ...PARTS].join(","), ...lines, ""].join("\n");
  await writeFileAtomic(realFileSystem, path, new TextEncoder().encode(text), 0o644);
  const credits = names.reduce((sum, name) => sum + (rows.get(name)?.credits ?? 0), 0);
  output.data({ file: path, epochs: last - first + 1, entities: names.length, credits });
  output.line(`Wrote ${path}: ${names.length} nodes and pools, ${last - first + 1} epochs, ${credits / 1000} credits.`);
  return undefined;
}
