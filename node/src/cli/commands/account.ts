import { copyFile, readFile } from "node:fs/promises";
import { resolve as resolvePath } from "node:path";
import { ExitCode, fromHex, toHex } from "@lucid/consensus/base";
import {
  type Account,
  accountFromPrivateKey,
  dataPaths,
  decryptKeystoreV3,
  formatAddress,
  loadAccount,
  loadOwner,
  parseAddress,
  readBlsPublicKey,
  readDataDirectory,
  saveAccount,
} from "@lucid/storage";
import { NodeError } from "../../errors.js";
import { argument, type CommandContext } from "../commandContext.js";
import { formatLucid, parseLucid } from "../format.js";
import { NodeClient, socketAddress, urlAddress } from "../nodeClient.js";
import { ask, isInteractive } from "../prompt.js";
import { firstLine, passphrase } from "../secrets.js";
import { openOwner, ownerAddress } from "../session/owner.js";
import { balanceOf, sendRaw, signCall, waitFinal } from "../transactions.js";

/** Longest wait for a block, milliseconds: two slots of the slowest network and some more. */
const FINAL_MS = 300_000;

async function dataDirectory(context: CommandContext): Promise<string> {
  const dataDir = resolvePath((await context.config()).values.dataDir);
  await readDataDirectory(dataDir);
  return dataDir;
}

function connect(context: CommandContext, dataDir: string): NodeClient {
  const url = context.options.text("rpc");
  return new NodeClient(url === undefined ? socketAddress(dataDir) : urlAddress(url));
}

export async function show(context: CommandContext): Promise<undefined> {
  const { output } = context;
  const dataDir = await dataDirectory(context);
  const { nodeIdOf } = await import("@lucid/consensus");
  const bls = await readBlsPublicKey(dataPaths(dataDir).blsKey);
  const facts = { address: await ownerAddress(dataDir), nodeId: toHex(nodeIdOf(bls)), blsPublicKey: toHex(bls) };
  output.data(facts);
  output.fields([
    ["account", facts.address],
    ["node id", facts.nodeId],
    ["BLS public key", facts.blsPublicKey],
  ]);
  return undefined;
}

export async function balance(context: CommandContext): Promise<undefined> {
  const { output } = context;
  const given = context.arguments[0];
  const dataDir = resolvePath((await context.config()).values.dataDir);
  const address = given === undefined ? await ownerAddress(dataDir) : formatAddress(parseAddress(given));
  const client = connect(context, dataDir);
  try {
    const wei = await balanceOf(client, address);
    output.data({ address, wei, lucid: formatLucid(wei) });
    output.line(`${formatLucid(wei)} LUCID`);
  } finally {
    client.close();
  }
  return undefined;
}

export async function send(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const to = formatAddress(parseAddress(argument(context, 0)));
  const amount = parseLucid(argument(context, 1));
  if (amount === undefined) {
    throw new NodeError({
      code: "USAGE",
      message: `"${argument(context, 1)}" is no amount of LUCID`,
      meta: { fix: "give a decimal number such as 1.5, with at most 18 places" },
    });
  }
  const dataDir = await dataDirectory(context);
  if (!options.flag("yes") && isInteractive(context.terminal)) {
    const answer = await ask(context.terminal, `Send ${formatLucid(amount)} LUCID to ${to}? (yes/no) `, {
      instead: "give --yes",
    });
    if (!/^y(es)?$/i.test(answer.trim())) {
      output.note("Nothing was sent.");
      return undefined;
    }
  }
  const { account } = await openOwner(context, dataDir);
  const client = connect(context, dataDir);
  try {
    const raw = await signCall(client, account, { to, value: amount });
    const { keccak256 } = await import("viem");
    const hash = keccak256(raw);
    await sendRaw(client, raw);
    output.note(`sent ${hash}, waiting for a block`);
    const receipt = await waitFinal(client, hash, { timeoutMs: FINAL_MS, signal: context.interruption.signal });
    output.data({ from: account.address, to, wei: amount, txHash: hash, blockNumber: Number(receipt.blockNumber) });
    output.line(`Final in block ${receipt.blockNumber}: ${hash}`);
  } finally {
    client.close();
  }
  return undefined;
}

/** The key in a file: a keystore, or hex. */
async function readKey(context: CommandContext, path: string): Promise<Account> {
  const text = (await readFile(path, "utf8")).trim();
  if (/^(0x)?[0-9a-fA-F]{64}$/.test(text)) return accountFromPrivateKey(fromHex(text, 32));
  let keystore: unknown;
  try {
    keystore = JSON.parse(text);
  } catch {
    throw new NodeError({
      code: "USAGE",
      message: `${path} is neither a Web3 keystore nor a private key in hex`,
      meta: { fix: "give a file that holds one of the two" },
    });
  }
  const file = context.options.text("keystorePassphraseFile");
  const secret =
    file === undefined
      ? await ask(context.terminal, "Passphrase of the keystore to import: ", {
          hidden: true,
          instead: "give --keystore-passphrase-file FILE",
        })
      : await firstLine(file);
  return accountFromPrivateKey(await decryptKeystoreV3(keystore, secret));
}

export async function importKey(context: CommandContext): Promise<number> {
  const { output, options } = context;
  const dataDir = await dataDirectory(context);
  const paths = dataPaths(dataDir);
  const key = await readKey(context, resolvePath(argument(context, 0)));
  const secret = await passphrase(context);
  // The passphrase must be the one of the other keys, or session commands could not open both.
  await loadOwner(paths.ownerKey, secret);
  const before = formatAddress((await loadAccount(paths.accountKey, secret)).address);
  const after = formatAddress(key.address);
  if (before === after) {
    output.note("The account is this one already.");
  } else {
    if (!options.flag("yes") && isInteractive(context.terminal)) {
      const answer = await ask(context.terminal, `Use ${after} instead of ${before}? (yes/no) `, {
        instead: "give --yes",
      });
      if (!/^y(es)?$/i.test(answer.trim())) return ExitCode.Ok;
    }
    // A copy first: there is a valid account.json at every moment.
    await copyFile(paths.accountKey, `${paths.accountKey}.${before.slice(2).toLowerCase()}`);
    await saveAccount(paths.accountKey, key, secret);
  }
  output.data({ before, after });
  output.line(`The account is ${after}.`);
  return ExitCode.Ok;
}
