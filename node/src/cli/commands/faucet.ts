import { toHex } from "@lucid/consensus/base";
import { formatAddress, parseAddress } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import type { CommandContext } from "../commandContext.js";
import { testAccounts } from "../devnet/accounts.js";
import { askFaucet } from "../faucet/faucetClient.js";
import { formatLucid } from "../format.js";
import { NodeClient, socketAddress, urlAddress } from "../nodeClient.js";
import { ownerAddress } from "../session/owner.js";
import { chainIdOf, type FinalReceipt, sendRaw, signCall, waitFinal } from "../transactions.js";
import { openDataDirectory } from "../validator/identity.js";

const DEVNET_CHAIN = 120_122;
/** Longest wait for a block, milliseconds. */
const FINAL_MS = 300_000;

function tell(output: CommandContext["output"], to: string, wei: bigint, receipt: FinalReceipt): void {
  output.data({ to, wei, txHash: receipt.transactionHash, blockNumber: Number(receipt.blockNumber) });
  output.line(`${formatLucid(wei)} LUCID for ${to}, final in block ${receipt.blockNumber}.`);
}

/** LUCID of the last test account, whose key everybody knows: the first ones belong to a devnet's validators. */
export async function run(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const url = options.text("rpc");
  const given = context.arguments[0];
  const to =
    given === undefined ? await ownerAddress(await openDataDirectory(context)) : formatAddress(parseAddress(given));
  const address = url === undefined ? socketAddress(await openDataDirectory(context)) : urlAddress(url);
  const amount = options.value("amount");
  const value = typeof amount === "bigint" ? amount : 100n * 10n ** 18n;
  const client = new NodeClient(address);
  try {
    const chainId = await chainIdOf(client);
    const faucet = options.text("from");
    if (faucet !== undefined) {
      const given = await askFaucet(faucet, to, chainId);
      const receipt = await waitFinal(client, given.txHash, {
        timeoutMs: FINAL_MS,
        signal: context.interruption.signal,
      });
      tell(output, to, BigInt(given.wei), receipt);
      return undefined;
    }
    if (chainId !== DEVNET_CHAIN) {
      throw new NodeError({
        code: "NOT_SUPPORTED",
        message: `the network with chain id ${chainId} is no devnet, and only a devnet gives LUCID away`,
        meta: { fix: "name a faucet with --from, or ask somebody who has LUCID of this network" },
      });
    }
    const { privateKeyToAccount } = await import("viem/accounts");
    const source = (await testAccounts()).at(-1);
    if (source === undefined) throw new NodeError({ code: "INTERNAL", message: "there are no test accounts" });
    const raw = await signCall(client, privateKeyToAccount(toHex(source.privateKey)), { to, value });
    const { keccak256 } = await import("viem");
    await sendRaw(client, raw);
    const hash = keccak256(raw);
    const receipt = await waitFinal(client, hash, { timeoutMs: FINAL_MS, signal: context.interruption.signal });
    tell(output, to, value, receipt);
  } finally {
    client.close();
  }
  return undefined;
}
