import { resolve as resolvePath } from "node:path";
import { presets } from "@lucid/consensus";
import { toHex } from "@lucid/consensus/base";
import { checkCreatable, formatAddress, writeSecretFile } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import {
  checkFounded,
  createGenesisFile,
  deriveIdentity,
  factsOf,
  findNetwork,
  type GenesisFile,
  genesisRootOf,
  genesisValidator,
  hasOperatorKeys,
  isBuiltIn,
  loadGenesisFile,
  type NetworkFacts,
  type NodeIdentity,
  verifyGenesisFile,
  writeNodeDirectory,
} from "../../networks/index.js";
import type { CommandContext } from "../commandContext.js";
import { recoveryCard } from "../recoveryCard.js";
import { confirmWords, recoveryWords } from "../recoveryWords.js";
import { newPassphrase } from "../secrets.js";
import { publicKeys } from "../validator/identity.js";

/** What the only node of a private devnet owns, and the well-known test accounts beside it: 10,000 LUCID. */
export const DEVNET_BALANCE = 10_000n * 10n ** 18n;

interface Network {
  readonly genesis: GenesisFile;
  readonly facts?: NetworkFacts;
}

/** The network that --genesis or --network names; undefined for a private devnet, which is made for its only node. */
async function existingNetwork({ options }: CommandContext): Promise<Network | undefined> {
  const path = options.text("genesis");
  const name = options.text("network") ?? "devnet";
  const existing = path !== undefined || name !== "devnet";
  if (existing && options.given("slotSeconds") && (path !== undefined || !isBuiltIn(name))) {
    throw new NodeError({
      code: "USAGE",
      message: "--slot-seconds is for a new devnet; the genesis file says how long slots are",
      meta: { fix: "leave --slot-seconds out" },
    });
  }
  if (path !== undefined) {
    if (options.given("network") && !isBuiltIn(name)) {
      throw new NodeError({
        code: "USAGE",
        message: "--network FILE holds the genesis already",
        meta: { fix: "leave --genesis out" },
      });
    }
    const genesis = await loadGenesisFile(resolvePath(path));
    await verifyGenesisFile(genesis, path);
    if (options.given("network") && name !== genesis.preset) {
      throw new NodeError({
        code: "GENESIS_FILE",
        message: `the genesis file is of a ${genesis.preset}, not of a ${name}`,
        meta: { fix: "leave --network out, or get the right file" },
      });
    }
    return { genesis };
  }
  if (!existing) return undefined;
  const network = await findNetwork(name);
  return { genesis: network.genesis, facts: factsOf(network) };
}

async function privateDevnet({ options }: CommandContext, identity: NodeIdentity): Promise<Network> {
  const { testAccounts } = await import("../devnet/accounts.js");
  const own = { address: identity.account.address, balance: DEVNET_BALANCE };
  const others = (await testAccounts()).filter(({ address }) => toHex(address) !== toHex(own.address));
  const genesis = await createGenesisFile({
    network: "devnet",
    preset: "devnet",
    genesisTime: Math.floor(Date.now() / 1000),
    slotDuration: options.number("slotSeconds") ?? presets.devnet.slotDuration,
    validators: [genesisValidator(identity, presets.devnet.chainId)],
    balances: [own, ...others.map(({ address }) => ({ address, balance: DEVNET_BALANCE }))],
  });
  return { genesis };
}

interface Made {
  readonly dataDir: string;
  readonly genesis: GenesisFile;
  readonly nodeId: string;
  readonly blsPublicKey: string;
  readonly account: string;
  /** Shown once. */
  readonly fresh?: { readonly mnemonic: string; readonly card: string };
}

function report({ output, options }: CommandContext, made: Made): void {
  const { dataDir, genesis, nodeId, account, fresh } = made;
  const genesisRoot = toHex(genesisRootOf(genesis));
  output.data({
    data: dataDir,
    network: genesis.network,
    chainId: genesis.chainId,
    genesisRoot,
    nodeId,
    account,
    validator: genesis.validators.some(({ blsPublicKey }) => blsPublicKey === made.blsPublicKey),
    ...(fresh === undefined ? {} : { mnemonic: fresh.mnemonic }),
  });
  if (fresh !== undefined && options.flag("yes")) output.line(`${fresh.card}\n`);
  output.fields([
    ["data directory", dataDir],
    ["network", `${genesis.network}, chain id ${genesis.chainId}`],
    ["genesis root", genesisRoot],
    ["node id", nodeId],
    ["account", account],
  ]);
  const start =
    dataDir === resolvePath(process.env["HOME"] ?? "/", ".lucid") ? "lucid start" : `lucid start --data ${dataDir}`;
  output.line(`\nNext: ${start}`);
}

/** The keys were made by `lucid testnet operator`, before there was a network. */
async function complete(context: CommandContext, dataDir: string, network: Network | undefined): Promise<void> {
  if (network === undefined) {
    throw new NodeError({
      code: "USAGE",
      message: `${dataDir} holds the keys of a founding operator, who needs the network's file`,
      meta: { fix: "give --network FILE, or another folder with --data" },
    });
  }
  const { genesis } = network;
  await checkFounded(dataDir, genesis);
  const { announcedBy } = await import("../testnet/operatorKeys.js");
  await writeNodeDirectory({ dataDir, keys: "prepared", ...network, settings: await announcedBy(dataDir) });
  const { nodeId, blsPublicKey, operator } = await publicKeys(dataDir);
  report(context, { dataDir, genesis, nodeId, blsPublicKey, account: operator });
}

export async function run(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const dataDir = resolvePath((await context.config()).values.dataDir);
  await checkCreatable(dataDir);
  if (hasOperatorKeys(dataDir)) {
    await complete(context, dataDir, await existingNetwork(context));
    return undefined;
  }
  // Before anybody writes words down.
  const existing = await existingNetwork(context);
  const { mnemonic, fresh } = await recoveryWords(context);
  const identity = await deriveIdentity(mnemonic);
  const network = existing ?? (await privateDevnet(context, identity));
  const { genesis } = network;
  const account = formatAddress(identity.account.address);
  const card = recoveryCard({
    words: mnemonic.split(" "),
    network: genesis.network,
    genesisRoot: toHex(genesisRootOf(genesis)),
    address: account,
    madeAt: Math.floor(Date.now() / 1000),
  });
  if (fresh && !options.flag("yes")) {
    output.note(card);
    await confirmWords(context, mnemonic);
  }
  const passphrase = await newPassphrase(context);
  await writeNodeDirectory({ dataDir, keys: { identity, passphrase }, ...network });
  const cardPath = options.text("card");
  if (cardPath !== undefined) await writeSecretFile(resolvePath(cardPath), new TextEncoder().encode(`${card}\n`));
  report(context, {
    dataDir,
    genesis,
    nodeId: toHex(identity.nodeId),
    blsPublicKey: toHex(identity.bls.publicKey),
    account,
    ...(fresh ? { fresh: { mnemonic, card } } : {}),
  });
  return undefined;
}
