import { readFile } from "node:fs/promises";
import { fromHex } from "@lucid/consensus/base";
import { type BlobSource, dataPaths, readDataDirectory } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import type { CommandContext } from "../commandContext.js";
import { NodeClient, socketAddress } from "../nodeClient.js";

/** What the node has in its chunk store, or gets from others, as the session library sees it. */
export function nodeSource(client: NodeClient): BlobSource {
  return {
    fetchChunk: (root, { attempt, signal, into, sessionId }) =>
      client.getChunk(root, { attempt, signal, into, sessionId }),
    async manifestCandidates(sessionId, signal) {
      const parts = await client.manifestParts(sessionId, signal);
      // What is no 32-byte root cannot be a part; the rest is verified by the library.
      return parts
        .filter(({ root, index }) => /^0x[0-9a-f]{64}$/.test(root) && Number.isInteger(index))
        .map(({ root, index }) => ({ root: fromHex(root, 32), index }));
    },
  };
}

function genesisRootIn(info: unknown): string | undefined {
  if (typeof info !== "object" || info === null || !("genesisRoot" in info)) return undefined;
  return String(info.genesisRoot);
}

/**
 * The node that this command talks to: --node, else the one of the data directory.
 * @throws NodeError NODE_UNREACHABLE, NODE_OTHER_NETWORK
 */
export async function connectNode(context: CommandContext, dataDir: string): Promise<NodeClient> {
  const { version } = await readDataDirectory(dataDir);
  const client = new NodeClient(socketAddress(context.options.text("node") ?? dataDir));
  try {
    const root = genesisRootIn(await client.rpc("lucid_nodeInfo"));
    if (root === version.genesisRoot) return client;
    throw new NodeError({
      code: "NODE_OTHER_NETWORK",
      message: `the node at ${client.address.shown} belongs to the network with genesis root ${root}, ${dataDir} to ${version.genesisRoot}`,
    });
  } catch (error) {
    client.close();
    throw error;
  }
}

/** Text of the genesis file of a data directory. */
export async function genesisText(dataDir: string): Promise<string> {
  return await readFile(dataPaths(dataDir).genesis, "utf8");
}
