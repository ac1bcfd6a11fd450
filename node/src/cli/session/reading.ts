import { resolve as resolvePath } from "node:path";
import { type ChunkEngine, deriveSessionKey, SessionReader } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import { argument, type CommandContext } from "../commandContext.js";
import { formatSessionId } from "../format.js";
import { sessionIdArgument } from "./arguments.js";
import { anchorOf, readerOptions } from "./find.js";
import { connectNode, nodeSource } from "./nodeLink.js";
import { openOwner } from "./owner.js";
import { readShare, sharedSession } from "./shareFile.js";

/** A session that is open; `close` gives back what it needs. */
export interface Reading {
  readonly reader: SessionReader;
  close(): Promise<void>;
}

type CreateEngine = (chunkSize: number) => ChunkEngine;

/** A session of which somebody gave the key. @throws NodeError SHARE_FILE, SESSION_UNKNOWN, USAGE */
export async function openShared(context: CommandContext, file: string, createEngine: CreateEngine): Promise<Reading> {
  const share = await readShare(file);
  const { sessionId, sessionKey } = share;
  const id = context.arguments[0];
  if (id !== undefined && formatSessionId(sessionIdArgument(id)) !== formatSessionId(sessionId)) {
    const message = `${file} opens session ${formatSessionId(sessionId)}, not ${id}`;
    throw new NodeError({ code: "USAGE", message, meta: { fix: "leave the session's id out" } });
  }
  const dataDir = resolvePath((await context.config()).values.dataDir);
  const client = await connectNode(context, dataDir);
  try {
    const session = await sharedSession(client, share, dataDir);
    const { signal } = context.interruption;
    const modules = { source: nodeSource(client), createEngine };
    const reader = await SessionReader.open({ anchor: anchorOf(session), key: { sessionKey }, signal }, modules);
    return { reader, close: async () => client.close() };
  } catch (error) {
    client.close();
    throw error;
  }
}

/**
 * The owner's session, or one whose key is in his index, without the journal: other commands on the data directory go on
 * meanwhile. @throws NodeError SESSION_UNKNOWN, NODE_UNREACHABLE; StorageError KEYSTORE_PASSPHRASE, MANIFEST_NOT_FOUND
 */
export async function openWithKeys(context: CommandContext, createEngine: CreateEngine): Promise<Reading> {
  const id = sessionIdArgument(argument(context, 0));
  const dataDir = resolvePath((await context.config()).values.dataDir);
  const client = await connectNode(context, dataDir);
  try {
    const owner = await openOwner(context, dataDir);
    const keyOf = (sessionId: Uint8Array) => ({ sessionKey: deriveSessionKey(owner.ownerKey, sessionId) });
    const options = await readerOptions(context, { client, owner, keyOf }, id);
    // From here on the session's own key is enough.
    owner.ownerKey.fill(0);
    owner.indexKey.fill(0);
    const reader = await SessionReader.open(options, { source: nodeSource(client), createEngine });
    return { reader, close: async () => client.close() };
  } catch (error) {
    client.close();
    throw error;
  }
}
