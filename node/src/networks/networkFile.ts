import { existsSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import { toHex } from "@lucid/consensus/base";
import { readFileBounded, realFileSystem } from "@lucid/storage";
import { z } from "zod";
import { NodeError } from "../errors.js";
import { genesisRootOf, verifyGenesisFile } from "./genesis.js";
import { type GenesisFile, genesisFileSchema } from "./genesisFile.js";

/** Largest network file that is read, bytes: a genesis with ten thousand validators and the rest. */
const MAX_FILE = 33 * 2 ** 20;
const MAX_BOOTNODES = 64;

/** Networks whose file comes with this release. */
export const builtInNetworks = ["devnet", "testnet", "mainnet"] as const;
export type BuiltInNetwork = (typeof builtInNetworks)[number];

const hash = z.string().regex(/^0x[0-9a-f]{64}$/, { error: "must be 0x and 64 small hex digits" });

/** With the peer id: whoever answers there must hold its key. */
const bootnode = z.string().regex(/^\/[a-z0-9]+\/[^/\s]+(\/tcp\/\d{1,5}|:\d{1,5})\/p2p\/\w{1,64}$/, {
  error: "must be an address with a peer id, such as /ip4/192.0.2.1/tcp/30120/p2p/12D3Koo...",
});

/** All that a newcomer must know of a network. `genesis` is left out where it stands in a file of its own. */
export const networkFileSchema = z.strictObject({
  format: z.literal(1, { error: "is of another format; use the release of lucid that the network asks for" }),
  network: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, { error: "must be 1 to 32 of a-z, 0-9 and -" }),
  /** Null: the network is not founded yet, or (devnet) everybody founds their own. */
  genesisRoot: hash.nullable(),
  bootnodes: z.array(bootnode).max(MAX_BOOTNODES, { error: `must be ${MAX_BOOTNODES} at most` }),
  /** Changes of the rules after genesis, ascending. */
  forks: z.array(z.strictObject({ version: z.number().int().min(2), slot: z.number().int().min(1) })).max(64),
  /** A final block from which a newcomer may start; null where genesis is young enough. */
  checkpoint: z.strictObject({ height: z.number().int().min(1), blockRoot: hash }).nullable(),
  /** Nodes may be told addresses of private networks: a network in one house or company. */
  privateAddresses: z.boolean(),
  genesis: genesisFileSchema.optional(),
});

export type NetworkFile = z.infer<typeof networkFileSchema>;
/** A network that exists. */
export interface FoundedNetwork extends NetworkFile {
  readonly genesisRoot: string;
  readonly genesis: GenesisFile;
}

function damaged(path: string, why: string, cause?: unknown): NodeError {
  return new NodeError({ code: "NETWORK_FILE", message: `the network file ${path} ${why}`, cause });
}

/** @throws NodeError NETWORK_FILE naming the first field that is wrong */
export function parseNetworkFile(text: string, path: string): NetworkFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, "is not JSON", cause);
  }
  const result = networkFileSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    const place = issue === undefined || issue.path.length === 0 ? "" : `field ${issue.path.join(".")} `;
    throw damaged(path, `is damaged (${place}${issue?.message ?? "does not fit"})`);
  }
  const file = result.data;
  // A fork changes rules: a release that knows only the rules of genesis must not pretend to follow it.
  const [fork] = file.forks;
  if (fork !== undefined) {
    throw new NodeError({
      code: "NETWORK_FILE",
      message: `the network ${file.network} changes its rules at slot ${fork.slot} (fork ${fork.version}), which this release does not know`,
      meta: { fix: "install the release that the network asks for" },
    });
  }
  return file;
}

/** @throws NodeError NETWORK_FILE; the file system's error when it cannot be read */
export async function loadNetworkFile(path: string): Promise<NetworkFile> {
  return parseNetworkFile(new TextDecoder().decode(await readFileBounded(realFileSystem, path, MAX_FILE)), path);
}

/** Text of the file: stable, so that equal networks give equal files. */
export function formatNetworkFile(file: NetworkFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

function builtInPath(name: BuiltInNetwork): string {
  return fileURLToPath(new URL(`../../../networks/${name}.json`, import.meta.url));
}

export function isBuiltIn(name: string): name is BuiltInNetwork {
  return builtInNetworks.some((known) => known === name);
}

/**
 * The network of this release with that name, or the one of a file.
 * @throws NodeError NETWORK_FILE; NETWORK_UNKNOWN for a name that no file has and for a public network that nobody has founded
 */
export async function findNetwork(nameOrPath: string): Promise<FoundedNetwork> {
  const builtIn = isBuiltIn(nameOrPath);
  const path = builtIn ? builtInPath(nameOrPath) : resolvePath(nameOrPath);
  if (!builtIn && !existsSync(path) && !/[./]/.test(nameOrPath)) {
    throw new NodeError({
      code: "NETWORK_UNKNOWN",
      message: `there is no network "${nameOrPath}" in this release, and no file of this name`,
      meta: { fix: `give ${builtInNetworks.join(", ")} or the path of a network file` },
    });
  }
  const file = await loadNetworkFile(path);
  // A built-in file without bootstrap nodes leads nowhere.
  if (file.genesisRoot === null || (builtIn && file.bootnodes.length === 0)) {
    throw new NodeError({ code: "NETWORK_UNKNOWN", message: `no public ${file.network} of Lucid exists yet` });
  }
  const { genesis, genesisRoot } = file;
  if (genesis === undefined) throw damaged(path, "holds no genesis");
  await verifyGenesisFile(genesis, path);
  if (genesis.network !== file.network) throw damaged(path, `names ${file.network}, its genesis ${genesis.network}`);
  const root = toHex(genesisRootOf(genesis));
  if (root !== genesisRoot) throw damaged(path, `names the genesis root ${genesisRoot}, its genesis makes ${root}`);
  return { ...file, genesis, genesisRoot };
}

/** What a data directory keeps beside the genesis. */
export type NetworkFacts = Omit<NetworkFile, "genesis">;

export function factsOf({ genesis: _, ...facts }: NetworkFile): NetworkFacts {
  return facts;
}

/**
 * The facts of a data directory's network: those of its own file and, where this release has a file of the same
 * network, that one's bootstrap nodes too.
 * @throws NodeError NETWORK_FILE
 */
export async function networkFacts(path: string, genesis: GenesisFile, genesisRoot: string): Promise<NetworkFacts> {
  const own = existsSync(path) ? await loadNetworkFile(path) : undefined;
  if (own !== undefined && own.genesisRoot !== genesisRoot) {
    throw damaged(path, `is of another network than the genesis beside it (${own.genesisRoot}, ${genesisRoot})`);
  }
  const shipped = isBuiltIn(genesis.network) ? await loadNetworkFile(builtInPath(genesis.network)) : undefined;
  const same = shipped?.genesisRoot === genesisRoot ? shipped : undefined;
  const base = own ?? same ?? factsOf(newNetworkFile(genesis, []));
  const bootnodes = [...new Set([...base.bootnodes, ...(same?.bootnodes ?? [])])];
  return { ...factsOf(base), bootnodes, checkpoint: same?.checkpoint ?? base.checkpoint };
}

/** The file of a network that is founded now. Devnets live on one machine or in one house. */
export function newNetworkFile(
  genesis: GenesisFile,
  bootnodes: readonly string[],
  privateAddresses = genesis.preset === "devnet",
): FoundedNetwork {
  return {
    format: 1,
    network: genesis.network,
    genesisRoot: toHex(genesisRootOf(genesis)),
    bootnodes: [...bootnodes],
    forks: [],
    checkpoint: null,
    privateAddresses,
    genesis,
  };
}
