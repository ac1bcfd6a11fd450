import { join } from "node:path";

/** Every name in a data directory. Whatever else is in it is not ours. */
export interface DataPaths {
  readonly root: string;
  readonly version: string;
  /** Folder whose lock the running process holds. */
  readonly lock: string;
  readonly config: string;
  readonly genesis: string;
  /** Bootstrap nodes and forks of the network, as its file had them. */
  readonly network: string;
  /** What an operator sent to those who found a network: there from then on until the directory is complete. */
  readonly operator: string;
  readonly keys: string;
  readonly ownerKey: string;
  readonly accountKey: string;
  readonly blsKey: string;
  readonly peerKey: string;
  readonly device: string;
  readonly chain: string;
  /** Database of an import under way; it takes the place of `chain` when it is whole. */
  readonly chainImport: string;
  /** What an import has just replaced. */
  readonly chainOld: string;
  readonly chunks: string;
  readonly client: string;
  readonly clientDatabase: string;
  readonly clientStaging: string;
  /** Snapshots of the state, for peers and for the first start. */
  readonly snapshots: string;
  /** Known peers and the DHT; nothing of value. */
  readonly net: string;
  readonly socket: string;
}

export function dataPaths(root: string): DataPaths {
  const keys = join(root, "keys");
  const client = join(root, "client");
  return {
    root,
    version: join(root, "VERSION"),
    lock: join(root, "LOCK"),
    config: join(root, "config.yaml"),
    genesis: join(root, "genesis.json"),
    network: join(root, "network.json"),
    operator: join(root, "operator.json"),
    keys,
    ownerKey: join(keys, "owner.json"),
    accountKey: join(keys, "account.json"),
    blsKey: join(keys, "bls.json"),
    peerKey: join(keys, "peer.key"),
    device: join(keys, "device.json"),
    chain: join(root, "chain"),
    chainImport: join(root, "chain.import"),
    chainOld: join(root, "chain.old"),
    chunks: join(root, "chunks"),
    client,
    clientDatabase: join(client, "db"),
    clientStaging: join(client, "staging"),
    snapshots: join(root, "snapshots"),
    net: join(root, "net"),
    socket: join(root, "node.sock"),
  };
}
