import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve as resolvePath } from "node:path";
import { ExitCode } from "@lucid/consensus/base";
import {
  createReadingEngine,
  deriveSessionKey,
  parseMnemonic,
  type ReaderModules,
  type SessionDetails,
  SessionReader,
} from "@lucid/storage";
import type { CommandContext } from "../commandContext.js";
import { formatBytes, formatSessionId, formatTime } from "../format.js";
import { NodeClient, socketAddress } from "../nodeClient.js";
import { startProgress } from "../progress.js";
import { ask } from "../prompt.js";
import { type ChainSession, findSession, sessionsOf } from "../session/anchors.js";
import { Catalogue } from "../session/catalogue.js";
import { anchorOf } from "../session/find.js";
import { nodeSource } from "../session/nodeLink.js";
import { type Owner, ownerOfWords } from "../session/owner.js";
import { fileNameOf } from "../session/recoveredName.js";
import { writeWhole } from "../wholeFile.js";

interface Found {
  readonly session: ChainSession;
  readonly sessionKey: Uint8Array;
  readonly details: SessionDetails | undefined;
}

async function ownerFrom(context: CommandContext): Promise<Owner> {
  const file = context.options.text("mnemonicFile");
  const text =
    file === undefined
      ? await ask(context.terminal, "Recovery words, in order: ", {
          hidden: true,
          instead: "give --mnemonic-file FILE",
        })
      : await readFile(resolvePath(file), "utf8");
  return await ownerOfWords(parseMnemonic(text));
}

/** The catalogue, or undefined when it is not wanted or the node does not give it: the chain is enough. */
async function catalogueOf(context: CommandContext, client: NodeClient, owner: Owner): Promise<Catalogue | undefined> {
  if (context.options.flag("chainOnly")) return undefined;
  try {
    return await Catalogue.open(client, owner);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.output.warn(`the index cannot be read, so sessions have no titles (${why})`);
    return undefined;
  }
}

async function findAll(client: NodeClient, owner: Owner, catalogue: Catalogue | undefined): Promise<readonly Found[]> {
  const own = (await sessionsOf(client, owner.account.address)).map((session) => ({
    session,
    sessionKey: deriveSessionKey(owner.ownerKey, session.sessionId),
    details: catalogue?.of(session.sessionId),
  }));
  const received: Found[] = [];
  for (const details of catalogue?.all() ?? []) {
    if (details.received === undefined) continue;
    const from = `0x${Buffer.from(details.received.owner).toString("hex")}` as const;
    const session = await findSession(client, from, details.sessionId);
    if (session !== undefined) received.push({ session, sessionKey: details.received.sessionKey, details });
  }
  return [...own, ...received];
}

interface Outcome {
  readonly sessionId: string;
  /** Unix seconds. */
  readonly startedAt: number;
  readonly title: string | null;
  readonly tags: readonly string[];
  readonly folder: string | null;
  readonly file: string | null;
  readonly bytes: number | null;
  /** To find the manifest, fetch, verify and write it; null when nothing was fetched. */
  readonly seconds: number | null;
  readonly state: "listed" | "restored" | "there already" | "failed";
  readonly error: string | null;
}

function outcomeOf({ session, details }: Found): Outcome {
  return {
    sessionId: formatSessionId(session.sessionId),
    startedAt: Number(session.startedAt),
    title: details?.title ?? null,
    tags: details?.tags ?? [],
    folder: details?.folder ?? null,
    file: null,
    bytes: null,
    seconds: null,
    state: "listed",
    error: null,
  };
}

/** One recording to its file; what is there under its name is whole already. */
async function restore(
  context: CommandContext,
  found: Found,
  { folder, modules }: { readonly folder: string; readonly modules: ReaderModules },
): Promise<Outcome> {
  const outcome = outcomeOf(found);
  const { signal } = context.interruption;
  const file = join(folder, fileNameOf(found.session, found.details));
  if (existsSync(file)) return { ...outcome, file, state: "there already" };
  const startedAt = performance.now();
  const progress = startProgress(context.output, outcome.title ?? outcome.sessionId, 0);
  try {
    const { session, sessionKey } = found;
    const reader = await SessionReader.open({ anchor: anchorOf(session), key: { sessionKey }, signal }, modules);
    const pieces = reader.read({ onProgress: ({ bytes, bytesTotal }) => progress.update(bytes, bytesTotal) });
    const bytes = await writeWhole(file, pieces);
    return { ...outcome, file, bytes, seconds: (performance.now() - startedAt) / 1000, state: "restored" };
  } catch (error) {
    signal.throwIfAborted();
    return { ...outcome, state: "failed", error: error instanceof Error ? error.message : String(error) };
  } finally {
    progress.stop();
  }
}

/** The words bring everything back: the sessions from the chain, their titles from the index, the recordings from the nodes. */
export async function run(context: CommandContext): Promise<number | undefined> {
  const { options } = context;
  const where = options.text("node") ?? resolvePath((await context.config()).values.dataDir);
  const client = new NodeClient(socketAddress(where));
  try {
    // Before the words: nobody should type 24 to learn that the node is down.
    await client.rpc("lucid_nodeInfo");
    const owner = await ownerFrom(context);
    try {
      return await recover(context, client, owner);
    } finally {
      owner.ownerKey.fill(0);
      owner.indexKey.fill(0);
    }
  } finally {
    client.close();
  }
}

async function recover(context: CommandContext, client: NodeClient, owner: Owner): Promise<number | undefined> {
  const catalogue = await catalogueOf(context, client, owner);
  const found = await findAll(client, owner, catalogue);
  const out = context.options.text("out");
  const results: Outcome[] = [];
  if (out === undefined) results.push(...found.map(outcomeOf));
  else {
    const folder = resolvePath(out);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const modules = { source: nodeSource(client), createEngine: createReadingEngine };
    for (const one of found) results.push(await restore(context, one, { folder, modules }));
  }
  report(context, owner, catalogue, results);
  return results.some(({ state }) => state === "failed") ? ExitCode.NotFound : undefined;
}

function report(
  { output, options }: CommandContext,
  owner: Owner,
  catalogue: Catalogue | undefined,
  results: readonly Outcome[],
): void {
  const failed = results.filter(({ state }) => state === "failed");
  output.data({
    owner: owner.account.address,
    withIndex: catalogue !== undefined,
    unreadable: catalogue?.unreadable ?? 0,
    failed: failed.length,
    sessions: results,
  });
  if (results.length === 0) {
    output.line(
      `The chain knows no session of ${owner.account.address}. Are these the right words, and is the node at the head?`,
    );
    return;
  }
  output.table(
    ["session", "started", "title", "tags", "folder", "bytes", "state"],
    results.map(({ sessionId, startedAt, title, tags, folder, bytes, state }) => [
      sessionId,
      formatTime(startedAt),
      title ?? "",
      tags.join(" "),
      folder ?? "",
      bytes === null ? "" : formatBytes(bytes),
      state,
    ]),
  );
  for (const { sessionId, error } of failed) output.warn(`session ${sessionId} could not be restored: ${error}`);
  if (options.text("out") === undefined) output.line("\nTo get the recordings: lucid recover --out FOLDER");
}
