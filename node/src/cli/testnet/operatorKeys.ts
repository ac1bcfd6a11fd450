import { toHex } from "@lucid/consensus/base";
import { dataPaths } from "@lucid/storage";
import type { SettingName } from "../../config/index.js";
import { genesisValidator, loadOperatorFile, type NodeIdentity, type OperatorFile } from "../../networks/index.js";

/** Where a node listens that is told nothing else. */
const LISTEN = "/ip4/0.0.0.0/tcp/30120";

/** The public file of an identity. @param addresses where others reach the node */
export function operatorFileOf(
  identity: NodeIdentity,
  chainId: bigint,
  name: string,
  addresses: readonly string[],
): OperatorFile {
  return {
    format: 1,
    name,
    chainId: Number(chainId),
    ...genesisValidator(identity, chainId),
    addresses: [...addresses],
  };
}

/** A name for an operator that gave none. */
export function defaultName(identity: NodeIdentity): string {
  return `operator-${toHex(identity.nodeId).slice(2, 10)}`;
}

/**
 * The port of an announced address on all interfaces: whoever announces /dns4/node.example/tcp/30120 listens on 30120,
 * behind a router or not.
 */
export function listenFor(announce: readonly string[]): readonly string[] {
  const ports = announce.flatMap(
    (address) => /^\/(?:ip4|ip6|dns|dns4|dns6)\/[^/]+\/tcp\/(\d+)/.exec(address)?.[1] ?? [],
  );
  if (announce.length === 0) return [];
  return ports.length === 0 ? [LISTEN] : [...new Set(ports.map((port) => `/ip4/0.0.0.0/tcp/${port}`))];
}

/** The lines of config.yaml for a node whose operator file names its addresses. */
export function addressSettings(addresses: readonly string[]): Partial<Record<SettingName, unknown>> {
  if (addresses.length === 0) return {};
  return { p2pListen: listenFor(addresses), p2pAnnounce: addresses };
}

export async function announcedBy(dataDir: string): Promise<Partial<Record<SettingName, unknown>>> {
  return addressSettings((await loadOperatorFile(dataPaths(dataDir).operator)).addresses);
}
