import { fromHex, toHex } from "@lucid/consensus/base";
import {
  formatAddress,
  formatSessionId,
  parseAddress,
  parseSessionId,
  readDataDirectory,
  readSecretFile,
  writeSecretFile,
} from "@lucid/storage";
import { z } from "zod";
import { NodeError } from "../../errors.js";
import type { NodeClient } from "../nodeClient.js";
import { type ChainSession, findSession } from "./anchors.js";

/** Everything that opens one session, and nothing that opens another. */
export interface Share {
  /** Network of the session, 32 bytes. */
  readonly genesisRoot: Uint8Array;
  /** Account that registered it, 20 bytes. */
  readonly owner: Uint8Array;
  readonly sessionId: Uint8Array;
  /** 32 bytes. */
  readonly sessionKey: Uint8Array;
}

const hex = (bytes: number) => z.string().regex(new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`));
const schema = z.strictObject({
  lucidSessionKey: z.literal(1),
  genesisRoot: hex(32),
  owner: z.string(),
  sessionId: z.string(),
  sessionKey: hex(32),
});

/** Writes a file that only its owner may read: whoever has it can watch the session. */
export async function writeShare(path: string, share: Share): Promise<void> {
  const value: z.infer<typeof schema> = {
    lucidSessionKey: 1,
    genesisRoot: toHex(share.genesisRoot),
    owner: formatAddress(share.owner),
    sessionId: formatSessionId(share.sessionId),
    sessionKey: toHex(share.sessionKey),
  };
  await writeSecretFile(path, new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`));
}

/** @throws NodeError SHARE_FILE; StorageError SECRET_EXPOSED, IO_NOT_FOUND */
export async function readShare(path: string): Promise<Share> {
  const bytes = await readSecretFile(path);
  try {
    const value = schema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
    return {
      genesisRoot: fromHex(value.genesisRoot, 32),
      owner: parseAddress(value.owner),
      sessionId: parseSessionId(value.sessionId),
      sessionKey: fromHex(value.sessionKey, 32),
    };
  } catch (cause) {
    throw new NodeError({ code: "SHARE_FILE", message: `${path} is no key file of a session`, cause });
  }
}

/** The shared session as the chain has it. @throws NodeError SHARE_FILE of another network, SESSION_UNKNOWN */
export async function sharedSession(client: NodeClient, share: Share, dataDir: string): Promise<ChainSession> {
  const { version } = await readDataDirectory(dataDir);
  if (version.genesisRoot !== toHex(share.genesisRoot)) {
    throw new NodeError({ code: "SHARE_FILE", message: `the key file is of another network than ${dataDir}` });
  }
  const session = await findSession(client, formatAddress(share.owner), share.sessionId);
  if (session !== undefined) return session;
  const message = `the chain knows no session ${formatSessionId(share.sessionId)} of ${formatAddress(share.owner)}`;
  throw new NodeError({ code: "SESSION_UNKNOWN", message });
}
