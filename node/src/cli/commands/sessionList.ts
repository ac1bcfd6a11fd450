import { resolve as resolvePath } from "node:path";
import { hasCode, toHex } from "@lucid/consensus/base";
import { type SessionRecord, parseSessionId as storedSessionId } from "@lucid/storage";
import type { Hex } from "viem";
import type { CommandContext } from "../commandContext.js";
import { formatSessionId, formatTime } from "../format.js";
import type { NodeClient } from "../nodeClient.js";
import { givenPassphrase } from "../secrets.js";
import { type ChainSession, sessionsOf } from "../session/anchors.js";
import { Catalogue } from "../session/catalogue.js";
import { connectNode } from "../session/nodeLink.js";
import { openOwner, ownerAddress } from "../session/owner.js";
import { openJournal } from "../session/workspace.js";

const STATE_TEXT: Readonly<Record<SessionRecord["state"], string>> = {
  writing: "interrupted",
  sealed: "complete, not anchored",
  anchored: "anchored",
  released: "anchored",
};

/** Sessions that this client knows; undefined while another session command holds the journal. */
async function localSessions(dataDir: string): Promise<readonly SessionRecord[] | undefined> {
  try {
    const { journal, close } = await openJournal(dataDir);
    try {
      const records: SessionRecord[] = [];
      for await (const record of journal.list()) records.push(record);
      return records;
    } finally {
      await close();
    }
  } catch (error) {
    if (hasCode(error, "DB_LOCKED")) return undefined;
    throw error;
  }
}

interface Row {
  readonly sessionId: string;
  /** Unix seconds. */
  readonly startedAt: number;
  readonly chunks: number | null;
  readonly bytes: number | null;
  readonly source: string | null;
  readonly state: string;
  readonly number: number | null;
  readonly paidUntil: number | null;
  readonly title: string | null;
  readonly tags: readonly string[];
  readonly folder: string | null;
}

type Untitled = Omit<Row, "title" | "tags" | "folder">;

function titled(row: Untitled, catalogue: Catalogue | undefined): Row {
  const details = catalogue?.of(storedSessionId(row.sessionId));
  return { ...row, title: details?.title ?? null, tags: details?.tags ?? [], folder: details?.folder ?? null };
}

/** Opened when the passphrase is at hand, or was asked for. */
async function catalogueFor(
  context: CommandContext,
  client: NodeClient,
  dataDir: string,
): Promise<Catalogue | undefined> {
  const wanted = context.options.flag("titles");
  if (!wanted && (await givenPassphrase(context)) === undefined) return undefined;
  try {
    const catalogue = await Catalogue.open(client, await openOwner(context, dataDir));
    if (catalogue.unreadable > 0) context.output.warn(`${catalogue.unreadable} entries of the index cannot be read`);
    return catalogue;
  } catch (error) {
    if (wanted) throw error;
    context.output.warn(`no titles: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function merge(chain: readonly ChainSession[], local: readonly SessionRecord[]): readonly Untitled[] {
  const mine = new Map(local.map((record) => [toHex(record.sessionId), record]));
  const rows: Untitled[] = chain.map((session) => {
    const record = mine.get(toHex(session.sessionId));
    mine.delete(toHex(session.sessionId));
    return {
      sessionId: formatSessionId(session.sessionId),
      startedAt: Number(session.startedAt),
      chunks: session.chunkCount,
      bytes: record?.summary?.bytes ?? null,
      source: record?.source?.path ?? null,
      state: "anchored",
      number: session.number,
      paidUntil: Number(session.paidUntil),
    };
  });
  for (const record of mine.values()) {
    rows.push({
      sessionId: formatSessionId(record.sessionId),
      startedAt: Math.floor(record.startedAt / 1000),
      chunks: record.summary === undefined ? null : record.summary.chunks + record.summary.manifestParts,
      bytes: record.summary?.bytes ?? null,
      source: record.source?.path ?? null,
      state: STATE_TEXT[record.state],
      number: null,
      paidUntil: null,
    });
  }
  return rows.sort((a, b) => a.startedAt - b.startedAt);
}

export async function run(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const dataDir = resolvePath((await context.config()).values.dataDir);
  const client = await connectNode(context, dataDir);
  try {
    const given = options.text("owner") as Hex | undefined;
    const owner = given ?? (await ownerAddress(dataDir));
    const chain = await sessionsOf(client, owner);
    const local = given === undefined ? await localSessions(dataDir) : [];
    if (local === undefined)
      output.note("Another session command is running; sessions that are not anchored are not shown.");
    const catalogue = given === undefined ? await catalogueFor(context, client, dataDir) : undefined;
    const rows = merge(chain, local ?? []).map((row) => titled(row, catalogue));
    output.data({ owner, sessions: rows });
    if (rows.length === 0) output.line(`${owner} has no sessions.`);
    else {
      output.table(
        [
          "session",
          "started",
          ...(catalogue === undefined ? [] : ["title", "tags", "folder"]),
          "chunks",
          "state",
          "kept until",
          "source",
        ],
        rows.map((row) => [
          row.sessionId,
          formatTime(row.startedAt),
          ...(catalogue === undefined ? [] : [row.title ?? "", row.tags.join(" "), row.folder ?? ""]),
          row.chunks === null ? "" : String(row.chunks),
          row.state,
          row.paidUntil === null ? "" : formatTime(row.paidUntil).slice(0, 10),
          row.source ?? "",
        ]),
      );
    }
  } finally {
    client.close();
  }
  return undefined;
}
