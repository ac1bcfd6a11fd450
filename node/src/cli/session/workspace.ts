import { resolve as resolvePath } from "node:path";
import { hasCode, sha256 } from "@lucid/consensus/base";
import {
  createReadingEngine,
  createWorkerEngine,
  dataPaths,
  deriveSessionKey,
  ensureDirectory,
  loadOrCreateDeviceId,
  openDatabase,
  type ReaderModules,
  readDataDirectory,
  realFileSystem,
  type SessionDescription,
  SessionJournal,
  type SessionKey,
  type SessionModules,
  StagingStore,
  StorageError,
  systemClock,
} from "@lucid/storage";
import type { CommandContext } from "../commandContext.js";
import type { NodeClient } from "../nodeClient.js";
import { version } from "../version.js";
import { replicatingSink, UploadConsents } from "./copies.js";
import { connectNode, nodeSource } from "./nodeLink.js";
import { type Owner, openOwner } from "./owner.js";

/** Everything that a session command works with: keys, node, and the client's own database and staging folder. */
export interface Workspace {
  readonly owner: Owner;
  readonly client: NodeClient;
  readonly consents: UploadConsents;
  readonly writing: SessionModules;
  readonly reading: ReaderModules;
  readonly description: SessionDescription;
  keyOf(sessionId: Uint8Array): SessionKey;
  close(): Promise<void>;
}

/** The journal of the client's sessions. @throws StorageError DB_LOCKED while another session command runs */
export async function openJournal(dataDir: string): Promise<{ journal: SessionJournal; close(): Promise<void> }> {
  const { clientDatabase } = dataPaths(dataDir);
  await ensureDirectory(realFileSystem, clientDatabase);
  try {
    const store = await openDatabase({ location: clientDatabase, multithreading: false });
    return { journal: new SessionJournal(store), close: () => store.close() };
  } catch (error) {
    if (!hasCode(error, "DB_LOCKED")) throw error;
    throw new StorageError({
      code: "DB_LOCKED",
      message: "another lucid session command is running on this data directory",
      meta: { fix: "wait for it, or use another data directory" },
      cause: error,
    });
  }
}

/** @throws StorageError KEYSTORE_PASSPHRASE, DB_LOCKED, DATA_MISSING; NodeError NODE_UNREACHABLE, NODE_OTHER_NETWORK */
export async function openWorkspace(context: CommandContext): Promise<Workspace> {
  const dataDir = resolvePath((await context.config()).values.dataDir);
  const { paths } = await readDataDirectory(dataDir);
  // First what needs no passphrase: nobody should type one to learn that the node is down.
  const client = await connectNode(context, dataDir);
  try {
    const owner = await openOwner(context, dataDir);
    const database = await openJournal(dataDir);
    const deviceFingerprint = sha256(await loadOrCreateDeviceId(paths.device));
    const consents = new UploadConsents({ client, owner, clock: systemClock });
    const createEngine = (chunkSize: number, spare?: number) => createWorkerEngine({ chunkSize, spare });
    return {
      owner,
      client,
      consents,
      writing: {
        journal: database.journal,
        staging: new StagingStore(paths.clientStaging),
        clock: systemClock,
        sink: replicatingSink(client, consents),
        createEngine,
      },
      reading: { source: nodeSource(client), createEngine: createReadingEngine },
      description: { owner: owner.address, recorder: { name: "lucid", version }, deviceFingerprint },
      keyOf: (sessionId) => ({ sessionKey: deriveSessionKey(owner.ownerKey, sessionId) }),
      async close() {
        client.close();
        owner.ownerKey.fill(0);
        owner.indexKey.fill(0);
        await database.close();
      },
    };
  } catch (error) {
    client.close();
    throw error;
  }
}
