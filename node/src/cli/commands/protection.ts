import { readFile, writeFile } from "node:fs/promises";
import { resolve as resolvePath } from "node:path";
import { nodeIdOf } from "@lucid/consensus";
import { fromHex, hasCode, toHex } from "@lucid/consensus/base";
import { openDatabase, openDataDirectory, readBlsPublicKey } from "@lucid/storage";
import { VoterStore } from "../../driver/voterStore.js";
import { NodeError } from "../../errors.js";
import {
  decodeProtection,
  encodeProtection,
  importProtection,
  signedUpTo,
  trustProtection,
  type Voter,
} from "../../protection/protectionFile.js";
import { argument, type CommandContext } from "../commandContext.js";

/** Longest file that is read, bytes; a real one holds two blocks at most. */
const MAX_FILE = 64 * 2 ** 20;

/** Runs with the voter's memory of a stopped node: the lock of the data directory keeps everybody else out. */
async function withStore<T>(
  context: CommandContext,
  work: (store: VoterStore, voter: Voter) => Promise<T>,
): Promise<T> {
  const directory = await openDataDirectory(resolvePath((await context.config()).values.dataDir));
  try {
    const { paths, version } = directory;
    const voter = {
      genesisRoot: fromHex(version.genesisRoot, 32),
      nodeId: nodeIdOf(await readBlsPublicKey(paths.blsKey)),
    };
    const store = await openDatabase({ location: paths.chain, createIfMissing: true, multithreading: false });
    try {
      return await work(new VoterStore(voter, { store }), voter);
    } finally {
      await store.close();
    }
  } finally {
    await directory.close();
  }
}

export async function show(context: CommandContext): Promise<undefined> {
  const { output } = context;
  await withStore(context, async (store, { nodeId }) => {
    const record = (await store.load())?.record;
    const mark = record === undefined ? undefined : signedUpTo(record);
    const silentThrough = record?.silentThrough ?? 0;
    output.data({
      nodeId: toHex(nodeId),
      signedUpTo: mark ?? null,
      lock: record?.lock.length === 1,
      silentThrough,
      forkVersion: record?.forkVersion ?? null,
    });
    output.fields([
      ["node", toHex(nodeId)],
      [
        "signed up to",
        mark === undefined
          ? "nothing was signed here"
          : `height ${mark.height}, slot ${mark.slot}, round ${mark.round}, step ${mark.step}`,
      ],
      ["lock", record?.lock[0] === undefined ? "none" : `block ${toHex(record.lock[0].blockRoot)}`],
      ["lowest fork", record === undefined ? "none" : `${record.forkVersion}: it signs under no lower one`],
      ["silent", silentThrough === 0 ? "no" : `until a block above ${silentThrough} (lucid protection trust lifts it)`],
    ]);
  });
  return undefined;
}

export async function exportFile(context: CommandContext): Promise<undefined> {
  const { output } = context;
  const path = resolvePath(argument(context, 0));
  await withStore(context, async (store) => {
    const restored = await store.load();
    if (restored === undefined) {
      throw new NodeError({ code: "PROTECTION_EMPTY", message: "this node has signed nothing yet" });
    }
    try {
      await writeFile(path, encodeProtection(restored), { mode: 0o600, flag: "wx" });
    } catch (cause) {
      if (!hasCode(cause, "EEXIST")) throw cause;
      throw new NodeError({ code: "FILE_EXISTS", message: `${path} exists already`, cause });
    }
    const { height, slot } = signedUpTo(restored.record);
    output.data({ file: path, height, slot });
    output.line(`Written to ${path}: everything signed up to height ${height}, slot ${slot}.`);
    output.line("Do not start this node again with this key once the file is imported elsewhere.");
  });
  return undefined;
}

async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path);
  if (bytes.length <= MAX_FILE) return bytes.toString("utf8");
  throw new NodeError({ code: "PROTECTION_FILE", message: `${path} is too long for a protection file` });
}

export async function importFile(context: CommandContext): Promise<undefined> {
  const { output } = context;
  const text = await textOf(resolvePath(argument(context, 0)));
  await withStore(context, async (store, voter) => {
    const file = decodeProtection(text, voter);
    const changed = await importProtection(store, file);
    const { height, slot } = signedUpTo(file.record);
    output.data({ changed, height, slot });
    output.line(
      changed
        ? `Imported: this node signs nothing at or below height ${height}, slot ${slot} again.`
        : "Nothing to do: this node has signed as far as the file or further.",
    );
  });
  return undefined;
}

export async function trust(context: CommandContext): Promise<undefined> {
  const { output } = context;
  await withStore(context, async (store) => {
    const changed = await trustProtection(store);
    output.data({ changed });
    output.line(changed ? "The silence is lifted: the node votes when it is started." : "The node was not silenced.");
  });
  return undefined;
}
