import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { presets } from "@lucid/consensus";
import { NodeError } from "../../errors.js";
import {
  createGenesisFile,
  deriveIdentity,
  formatGenesisFile,
  type GenesisFile,
  genesisValidator,
  loadGenesisFile,
  writeNodeDirectory,
} from "../../networks/index.js";
import { TEST_MNEMONIC, testAccounts } from "./accounts.js";

/** Passphrase of a devnet's keystores: its keys are public, the files have the usual form all the same. */
export const DEVNET_PASSPHRASE = "lucid-devnet";
/** A key that everybody knows needs no costly keystore, and start-up is a figure that people look at. */
const DEVNET_COST = { n: 1024, r: 8, p: 1 } as const;
/** 10,000 LUCID for each test account. */
const BALANCE = 10_000n * 10n ** 18n;

export interface DevnetPlan {
  readonly folder: string;
  readonly validators: number;
  /** Seconds. */
  readonly slotSeconds: number;
}

export interface Devnet {
  readonly genesis: GenesisFile;
  /** Data directories, one a validator. */
  readonly nodes: readonly string[];
  /** True when the folder held it already. */
  readonly resumed: boolean;
}

/**
 * The network in `folder`: made new, or the one that is there.
 * @throws NodeError CONFIG_INVALID when the one that is there has another number of validators or other slots.
 */
export async function openDevnet(plan: DevnetPlan): Promise<Devnet> {
  const nodes = Array.from({ length: plan.validators }, (_, index) => join(plan.folder, `node${index + 1}`));
  const genesisPath = join(plan.folder, "genesis.json");
  if (existsSync(genesisPath)) {
    const genesis = await loadGenesisFile(genesisPath);
    checkSame(genesis, plan);
    return { genesis, nodes, resumed: true };
  }
  await mkdir(plan.folder, { recursive: true });
  const identities = await Promise.all(nodes.map((_, index) => deriveIdentity(TEST_MNEMONIC, index)));
  const genesis = await createGenesisFile({
    network: "devnet",
    preset: "devnet",
    genesisTime: Math.floor(Date.now() / 1000),
    slotDuration: plan.slotSeconds,
    validators: identities.map((identity) => genesisValidator(identity, presets.devnet.chainId)),
    balances: (await testAccounts()).map(({ address }) => ({ address, balance: BALANCE })),
  });
  for (const [index, identity] of identities.entries()) {
    const dataDir = nodes[index];
    if (dataDir === undefined) continue;
    await writeNodeDirectory({
      dataDir,
      genesis,
      keys: { identity, passphrase: DEVNET_PASSPHRASE, cost: DEVNET_COST },
    });
  }
  // Last: a devnet whose making was interrupted is made again.
  await writeFile(genesisPath, formatGenesisFile(genesis));
  return { genesis, nodes, resumed: false };
}

function checkSame(genesis: GenesisFile, plan: DevnetPlan): void {
  const differences: string[] = [];
  if (genesis.validators.length !== plan.validators) differences.push(`--validators ${genesis.validators.length}`);
  if (genesis.slotDuration !== plan.slotSeconds) differences.push(`--slot-seconds ${genesis.slotDuration}`);
  if (differences.length === 0) return;
  throw new NodeError({
    code: "CONFIG_INVALID",
    message: `${plan.folder} holds a devnet made with ${differences.join(" ")}`,
    meta: { fix: "give the same, or another folder" },
  });
}
