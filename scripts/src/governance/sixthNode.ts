import { join } from "node:path";
import { lucid, type Running, startNode } from "../lucid.js";
import { type Life, PASSPHRASE } from "./life.js";

export interface SixthNode extends Running {
  readonly data: string;
  readonly nodeId: string;
}

/** A node whose keys nobody knew at the genesis: made, filled, registered and started by the command line. */
export async function addSixthNode(life: Life, folder: string, faucet: string): Promise<SixthNode> {
  const data = join(folder, "sixth");
  const genesis = join(folder, "devnet", "genesis.json");
  const env = { LUCID_DATA: data, LUCID_PASSPHRASE: PASSPHRASE };
  await lucid(["init", "--genesis", genesis, "--yes"], { env });
  await lucid(["faucet", "--amount", "5", "--rpc", faucet], { env });
  const peers = await Promise.all([0, 1, 2, 3, 4].map((one) => life.run(life.data(one), ["peers"])));
  const addresses = peers.flatMap((one) => one["addresses"] as readonly string[]);
  const node = await startNode(
    [
      ...["--validator", "--rpc-port", "0", "--metrics-port", "0", "--log-level", "warn"],
      ...["--p2p-listen", "/ip4/127.0.0.1/tcp/0", "--peers", addresses.join(",")],
    ],
    { env },
  );
  try {
    const { nodeId } = await life.run(data, ["validator", "register", "--capacity", "1GiB"]);
    return { data, nodeId: String(nodeId), pid: node.pid, stop: () => node.stop() };
  } catch (error) {
    await node.stop();
    throw error;
  }
}
