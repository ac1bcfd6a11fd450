import { readFile } from "node:fs/promises";
import { resolve as resolvePath } from "node:path";
import { presets } from "@lucid/consensus";
import { toHex } from "@lucid/consensus/base";
import { checkCreatable, formatAddress, generateMnemonic, parseMnemonic, writeSecretFile } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import {
  createGenesisFile,
  deriveIdentity,
  type GenesisFile,
  genesisRootOf,
  genesisValidator,
  loadGenesisFile,
  type NodeIdentity,
  verifyGenesisFile,
  writeNodeDirectory,
} from "../../networks/index.js";
import type { CommandContext } from "../commandContext.js";
import { ask, isInteractive } from "../prompt.js";
import { recoveryCard } from "../recoveryCard.js";
import { newPassphrase } from "../secrets.js";

/** What the only node of a private devnet owns, and the well-known test accounts beside it: 10,000 LUCID. */
export const DEVNET_BALANCE = 10_000n * 10n ** 18n;
/** How often the words may be typed wrong. */
const TRIES = 3;

interface Words {
  readonly mnemonic: string;
  /** True when this run made them, so that they must be shown. */
  readonly fresh: boolean;
}

async function words(context: CommandContext): Promise<Words> {
  const file = context.options.text("mnemonicFile");
  if (file !== undefined) return { mnemonic: parseMnemonic(await readFile(resolvePath(file), "utf8")), fresh: false };
  if (!context.options.flag("yes") && !isInteractive(context.terminal)) {
    throw new NodeError({
      code: "NOT_INTERACTIVE",
      message: "there is no terminal to show the recovery words on and to ask them back",
      meta: { fix: "give --yes (the words are printed) or --mnemonic-file FILE" },
    });
  }
  return { mnemonic: generateMnemonic(24), fresh: true };
}

/** Has the words typed back. @throws NodeError WORDS_DIFFER after three wrong tries */
async function confirmWords(context: CommandContext, mnemonic: string): Promise<void> {
  const { output, terminal } = context;
  await ask(terminal, "\nWrite the words down on paper. Press Enter when done; the screen is cleared. ", {
    instead: "give --yes",
  });
  const clear = (): void => {
    if (output.interactive) terminal.stderr.write("\u001b[2J\u001b[3J\u001b[H");
  };
  clear();
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const typed = await ask(terminal, "Type all words back, in order: ", { instead: "give --yes" });
    if (typed.trim().toLowerCase().split(/\s+/).join(" ") === mnemonic) {
      // What was typed is on the screen too.
      clear();
      return;
    }
    if (attempt < TRIES) output.note(wrongWord(typed, mnemonic));
  }
  throw new NodeError({ code: "WORDS_DIFFER", message: "the words typed back are not the words shown" });
}

/** Says where the typed words go wrong, not what would be right. */
function wrongWord(typed: string, mnemonic: string): string {
  const given = typed.trim().toLowerCase().split(/\s+/);
  const right = mnemonic.split(" ");
  const at = right.findIndex((word, index) => given[index] !== word);
  return at === -1 ? `There are ${right.length} words, not ${given.length}.` : `Word ${at + 1} is not what was shown.`;
}

async function genesisFor(context: CommandContext, identity: NodeIdentity): Promise<GenesisFile> {
  const path = context.options.text("genesis");
  const network = context.options.text("network") ?? "devnet";
  if (path !== undefined) {
    if (context.options.given("slotSeconds")) {
      throw new NodeError({
        code: "USAGE",
        message: "--slot-seconds is for a new devnet; the genesis file says how long slots are",
        meta: { fix: "leave --slot-seconds out" },
      });
    }
    const file = await loadGenesisFile(resolvePath(path));
    await verifyGenesisFile(file, path);
    return file;
  }
  if (network !== "devnet") {
    throw new NodeError({ code: "NETWORK_UNKNOWN", message: `no public ${network} of Lucid exists yet` });
  }
  const { testAccounts } = await import("../devnet/accounts.js");
  const own = { address: identity.account.address, balance: DEVNET_BALANCE };
  const others = (await testAccounts()).filter(({ address }) => toHex(address) !== toHex(own.address));
  return await createGenesisFile({
    network: "devnet",
    preset: "devnet",
    genesisTime: Math.floor(Date.now() / 1000),
    slotDuration: context.options.number("slotSeconds") ?? presets.devnet.slotDuration,
    validators: [genesisValidator(identity, presets.devnet.chainId)],
    balances: [own, ...others.map(({ address }) => ({ address, balance: DEVNET_BALANCE }))],
  });
}

export async function run(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const dataDir = resolvePath((await context.config()).values.dataDir);
  await checkCreatable(dataDir);
  const network = options.text("network");
  const { mnemonic, fresh } = await words(context);
  const identity = await deriveIdentity(mnemonic);
  const genesis = await genesisFor(context, identity);
  if (options.text("genesis") !== undefined && options.given("network") && network !== genesis.preset) {
    throw new NodeError({
      code: "GENESIS_FILE",
      message: `the genesis file is of a ${genesis.preset}, not of a ${network}`,
      meta: { fix: "leave --network out, or get the right file" },
    });
  }
  const genesisRoot = toHex(genesisRootOf(genesis));
  const address = formatAddress(identity.account.address);
  const card = recoveryCard({
    words: mnemonic.split(" "),
    network: genesis.network,
    genesisRoot,
    address,
    madeAt: Math.floor(Date.now() / 1000),
  });
  if (fresh && !options.flag("yes")) {
    output.note(card);
    await confirmWords(context, mnemonic);
  }
  const passphrase = await newPassphrase(context);
  await writeNodeDirectory({ dataDir, identity, genesis, passphrase });
  const cardPath = options.text("card");
  if (cardPath !== undefined) await writeSecretFile(resolvePath(cardPath), new TextEncoder().encode(`${card}\n`));
  const validator = genesis.validators.some(({ blsPublicKey }) => blsPublicKey === toHex(identity.bls.publicKey));
  const facts = { data: dataDir, network: genesis.network, chainId: genesis.chainId, genesisRoot };
  output.data({
    ...facts,
    nodeId: toHex(identity.nodeId),
    account: address,
    validator,
    ...(fresh ? { mnemonic } : {}),
  });
  if (fresh && options.flag("yes")) output.line(`${card}\n`);
  output.fields([
    ["data directory", dataDir],
    ["network", `${genesis.network}, chain id ${genesis.chainId}`],
    ["genesis root", genesisRoot],
    ["node id", toHex(identity.nodeId)],
    ["account", address],
  ]);
  const start =
    dataDir === resolvePath(process.env["HOME"] ?? "/", ".lucid") ? "lucid start" : `lucid start --data ${dataDir}`;
  output.line(`\nNext: ${start}`);
  return undefined;
}
