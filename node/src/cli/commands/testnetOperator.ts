import { basename, resolve as resolvePath } from "node:path";
import { presets } from "@lucid/consensus";
import { toHex } from "@lucid/consensus/base";
import { checkCreatable, dataPaths, formatAddress, realFileSystem, writeFileAtomic } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import {
  deriveIdentity,
  formatOperatorFile,
  hasOperatorKeys,
  reachedAt,
  writeOperatorKeys,
} from "../../networks/index.js";
import type { CommandContext } from "../commandContext.js";
import { confirmWords, recoveryWords } from "../recoveryWords.js";
import { newPassphrase } from "../secrets.js";
import { defaultName, operatorFileOf } from "../testnet/operatorKeys.js";

/** The keys of one operator of a network to be, and the public file for its founders. */
export async function run(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const { values } = await context.config();
  const dataDir = resolvePath(values.dataDir);
  await checkCreatable(dataDir);
  if (hasOperatorKeys(dataDir)) {
    throw new NodeError({
      code: "FILE_EXISTS",
      message: `${dataDir} holds an operator's keys already`,
      meta: { fix: `send ${dataPaths(dataDir).operator}, or name another folder with --data` },
    });
  }
  const { mnemonic, fresh } = await recoveryWords(context);
  const identity = await deriveIdentity(mnemonic);
  const preset = options.text("preset") === "devnet" ? presets.devnet : presets.testnet;
  const name = options.text("name") ?? defaultName(identity);
  const file = operatorFileOf(identity, preset.chainId, name, values.p2pAnnounce);
  // Before the words are shown: what is wrong with the addresses is said at once.
  reachedAt(file);
  if (fresh && !options.flag("yes")) {
    output.note(`\nRecovery words of ${name}:\n\n  ${mnemonic}\n`);
    await confirmWords(context, mnemonic);
  }
  const passphrase = await newPassphrase(context);
  await writeOperatorKeys(dataDir, { identity, passphrase }, file);
  const kept = dataPaths(dataDir).operator;
  const out = options.text("out");
  const path = out === undefined ? kept : resolvePath(out);
  if (path !== kept) {
    await writeFileAtomic(realFileSystem, path, new TextEncoder().encode(formatOperatorFile(file)), 0o644);
  }
  const nodeId = toHex(identity.nodeId);
  const account = formatAddress(identity.account.address);
  const words = fresh && options.flag("yes");
  output.data({ data: dataDir, file: path, name, nodeId, account, ...(words ? { mnemonic } : {}) });
  if (words) output.line(`Recovery words (write them down): ${mnemonic}\n`);
  output.fields([
    ["keys", dataDir],
    ["public file", path],
    ["node id", nodeId],
    ["account", account],
    ["reached at", file.addresses.length === 0 ? "nowhere (give --p2p-announce)" : file.addresses.join(" ")],
  ]);
  output.line(`\nSend ${basename(path)} to whoever assembles the network; nothing in it is secret.`);
  output.line(`When the network's file is there: lucid init --data ${dataDir} --network network.json`);
  return undefined;
}
