import { join } from "node:path";
import { presets } from "@lucid/consensus";
import { ExitCode } from "@lucid/consensus/base";
import { type Hex, keccak256 } from "viem";
import { NodeError } from "../../errors.js";
import type { CommandContext } from "../commandContext.js";
import { FaucetLedger } from "../faucet/faucetLedger.js";
import { FaucetServer } from "../faucet/faucetServer.js";
import { formatLucid } from "../format.js";
import { NodeClient, socketAddress, urlAddress } from "../nodeClient.js";
import { openOwner } from "../session/owner.js";
import { aborted } from "../signals.js";
import { chainIdOf, sendRaw, signCall } from "../transactions.js";
import { openDataDirectory } from "../validator/identity.js";

const DEFAULT_AMOUNT = 200n * 10n ** 18n;

/** Gives LUCID of the data directory's account to whoever asks over HTTP, so much a day. */
export async function run(context: CommandContext): Promise<number> {
  const { output, options, interruption } = context;
  const dataDir = await openDataDirectory(context);
  const url = options.text("rpc");
  const client = new NodeClient(url === undefined ? socketAddress(dataDir) : urlAddress(url));
  try {
    const chainId = await chainIdOf(client);
    if (chainId === Number(presets.mainnet.chainId)) {
      throw new NodeError({ code: "NOT_SUPPORTED", message: "LUCID of mainnet is not given away by a program" });
    }
    const { account } = await openOwner(context, dataDir);
    const value = options.value("amount");
    const amount = typeof value === "bigint" ? value : DEFAULT_AMOUNT;
    const limits = {
      perAddress: options.number("perAddress") ?? 1,
      perClient: options.number("perIp") ?? 3,
      daily: options.number("daily") ?? 100,
    };
    const ledger = await FaucetLedger.open(join(dataDir, "faucet.json"), limits, Date.now);
    const give = async (to: string): Promise<string> => {
      const raw = await signCall(client, account, { to: to as Hex, value: amount });
      await sendRaw(client, raw);
      output.note(`${formatLucid(amount)} LUCID for ${to}, ${keccak256(raw)}`);
      return keccak256(raw);
    };
    const where = { host: options.text("host") ?? "127.0.0.1", port: options.number("port") ?? 8650 };
    const server = new FaucetServer({ ...where, chainId, amount }, { ledger, give });
    const base = await server.start();
    try {
      output.data({ ready: true, url: base, address: account.address, chainId, wei: amount, pid: process.pid });
      output.line(`The faucet is at ${base} and gives ${formatLucid(amount)} LUCID from ${account.address}.`);
      output.line("Ctrl-C ends it.");
      await aborted(interruption.signal);
    } finally {
      await server.stop();
    }
  } finally {
    client.close();
  }
  return ExitCode.Ok;
}
