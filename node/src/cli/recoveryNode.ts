import { readFile } from "node:fs/promises";
import { resolve as resolvePath } from "node:path";
import { nodeIdOf, type Recovery } from "@lucid/consensus";
import { fromHex, toHex } from "@lucid/consensus/base";
import { type DataPaths, openDatabase, openDataDirectory, readBlsPublicKey } from "@lucid/storage";
import { VoterStore } from "../driver/voterStore.js";
import { NodeError } from "../errors.js";
import { loadGenesisFile } from "../networks/index.js";
import { configOf } from "../node/genesisChain.js";
import { decodeRecovery, MAX_RECOVERY_FILE } from "../recovery/recoveryFile.js";
import { withRecoveries } from "../recovery/recoveryStore.js";
import { StoppedNode } from "../recovery/stoppedNode.js";
import type { CommandContext } from "./commandContext.js";
import { ask } from "./prompt.js";

export interface OpenedNode {
  readonly node: StoppedNode;
  readonly nodeId: Uint8Array;
  readonly paths: DataPaths;
}

/** Works on the chain of a stopped node: the lock of the data directory keeps everybody else out. */
export async function withStoppedNode<T>(
  context: CommandContext,
  work: (opened: OpenedNode) => Promise<T>,
): Promise<T> {
  const directory = await openDataDirectory(resolvePath((await context.config()).values.dataDir));
  try {
    const { paths } = directory;
    const founded = configOf(await loadGenesisFile(paths.genesis));
    const nodeId = nodeIdOf(await readBlsPublicKey(paths.blsKey));
    const store = await openDatabase({ location: paths.chain, createIfMissing: true, multithreading: false });
    try {
      const config = await withRecoveries(founded, store);
      const voterStore = new VoterStore({ genesisRoot: config.genesisRoot, nodeId }, { store });
      return await work({ node: new StoppedNode({ config, store, voterStore, nodeId }), nodeId, paths });
    } finally {
      await store.close();
    }
  } finally {
    await directory.close();
  }
}

/** @throws NodeError RECOVERY_FILE */
export async function readRecovery(path: string): Promise<Recovery> {
  const bytes = await readFile(resolvePath(path));
  if (bytes.length <= MAX_RECOVERY_FILE) return decodeRecovery(bytes.toString("utf8"));
  throw new NodeError({ code: "RECOVERY_FILE", message: `${path} is too long for a recovery file` });
}

/** Shortest beginning of a node id that names it, characters: what `lucid status` prints. */
const SHORTEST = 10;

/** The node that a text names: its id, or the beginning of it. @throws NodeError USAGE */
export function nodeNamed(text: string, known: readonly Uint8Array[]): Uint8Array {
  const name = text.trim().toLowerCase();
  const found = known.filter((nodeId) => toHex(nodeId).startsWith(name));
  const [only] = found;
  if (only !== undefined && found.length === 1 && name.length >= SHORTEST) return only;
  if (/^0x[0-9a-f]{64}$/.test(name)) return fromHex(name, 32);
  throw new NodeError({
    code: "USAGE",
    message: `"${text}" names no voter of this network`,
    meta: { fix: "give node ids, or their beginnings as lucid status prints them" },
  });
}

/** @throws NodeError INTERRUPTED unless the answer is yes; NOT_INTERACTIVE without a terminal */
export async function confirmed(context: CommandContext, question: string): Promise<void> {
  if (context.options.flag("yes")) return;
  const answer = await ask(context.terminal, `${question} Type yes: `, { instead: "give --yes" });
  if (answer.trim() !== "yes") throw new NodeError({ code: "INTERRUPTED", message: "nothing was done" });
}
