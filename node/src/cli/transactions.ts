import { type Account, type Hex, keccak256, type PrivateKeyAccount, type TransactionSerializableEIP1559 } from "viem";
import { NodeError } from "../errors.js";
import type { CommandContext } from "./commandContext.js";
import { formatLucid } from "./format.js";
import type { NodeClient } from "./nodeClient.js";

/** How often a receipt is asked for, milliseconds. */
const POLL_MS = 200;

export interface Call {
  readonly to: Hex;
  readonly data?: Hex;
  readonly value?: bigint;
}

export interface FinalReceipt {
  readonly transactionHash: Hex;
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
  readonly gasUsed: bigint;
}

function quantity(value: unknown, what: string): bigint {
  if (typeof value !== "string" || !/^0x[0-9a-f]+$/i.test(value)) {
    throw new NodeError({
      code: "NODE_REFUSED",
      message: `the node answered ${what} with something that is no number`,
    });
  }
  return BigInt(value);
}

export async function chainIdOf(client: NodeClient): Promise<number> {
  return Number(quantity(await client.rpc("eth_chainId"), "eth_chainId"));
}

export async function balanceOf(client: NodeClient, address: Hex): Promise<bigint> {
  return quantity(await client.rpc("eth_getBalance", [address, "latest"]), "eth_getBalance");
}

export async function nonceOf(client: NodeClient, address: Hex, tag: "latest" | "pending"): Promise<bigint> {
  return quantity(await client.rpc("eth_getTransactionCount", [address, tag]), "eth_getTransactionCount");
}

/**
 * Signs a call with the account, for the present fees and the next free nonce.
 * @throws NodeError INSUFFICIENT_FUNDS before anything is sent, TRANSACTION_REVERTED when the estimate reverts,
 * CALL_TIMEOUT when the node had no time for it.
 */
export async function signCall(client: NodeClient, account: PrivateKeyAccount, call: Call): Promise<Hex> {
  const request = {
    from: account.address,
    to: call.to,
    ...(call.data === undefined ? {} : { data: call.data }),
    value: `0x${(call.value ?? 0n).toString(16)}`,
  };
  const [chainId, nonce, balance, block] = await Promise.all([
    chainIdOf(client),
    nonceOf(client, account.address, "pending"),
    balanceOf(client, account.address),
    client.rpc("eth_getBlockByNumber", ["latest", false]),
  ]);
  const value = call.value ?? 0n;
  if (balance < value) throw poor(account, balance, value);
  const estimate = await client.rpcAnswer("eth_estimateGas", [request]);
  if ("error" in estimate) {
    if (/insufficient funds/i.test(estimate.error.message)) throw poor(account, balance, value);
    throw new NodeError({
      code: "TRANSACTION_REVERTED",
      message: `the contract would refuse the transaction (${estimate.error.message})`,
      meta: { data: typeof estimate.error.data === "string" ? estimate.error.data : undefined },
    });
  }
  const gas = (quantity(estimate.result, "eth_estimateGas") * 12n) / 10n;
  const baseFee = quantity(
    (block as { baseFeePerGas?: unknown } | null)?.baseFeePerGas ?? "0x3b9aca00",
    "baseFeePerGas",
  );
  const tip = 1_000_000_000n;
  // Twice the base fee keeps the transaction valid through six full blocks.
  const maxFeePerGas = 2n * baseFee + tip;
  if (balance < value + gas * maxFeePerGas) throw poor(account, balance, value + gas * maxFeePerGas);
  const transaction: TransactionSerializableEIP1559 = {
    type: "eip1559",
    chainId,
    nonce: Number(nonce),
    to: call.to,
    value,
    gas,
    maxFeePerGas,
    maxPriorityFeePerGas: tip,
    ...(call.data === undefined ? {} : { data: call.data }),
  };
  return await account.signTransaction(transaction);
}

function poor(account: Account, balance: bigint, needed: bigint): NodeError {
  return new NodeError({
    code: "INSUFFICIENT_FUNDS",
    message: `account ${account.address} holds ${formatLucid(balance)} LUCID and needs ${formatLucid(needed)}`,
  });
}

/** Hands a signed transaction in; the node has journalled it when this resolves. Sending it twice does no harm. */
export async function sendRaw(client: NodeClient, raw: Hex): Promise<void> {
  const answer = await client.rpcAnswer("eth_sendRawTransaction", [raw]);
  if ("result" in answer || /already known|known transaction/i.test(answer.error.message)) return;
  throw new NodeError({
    code: "NODE_REFUSED",
    message: `the node refused the transaction (${answer.error.message})`,
    meta: { rpcCode: answer.error.code, rpcMessage: answer.error.message },
  });
}

interface RawReceipt {
  readonly status?: unknown;
  readonly blockNumber?: unknown;
  readonly blockHash?: unknown;
  readonly gasUsed?: unknown;
}

export async function receiptOf(
  client: NodeClient,
  hash: Hex,
): Promise<(FinalReceipt & { succeeded: boolean }) | undefined> {
  const raw = (await client.rpc("eth_getTransactionReceipt", [hash])) as RawReceipt | null;
  if (raw === null) return undefined;
  return {
    transactionHash: hash,
    blockNumber: quantity(raw.blockNumber, "a receipt"),
    blockHash: String(raw.blockHash) as Hex,
    gasUsed: quantity(raw.gasUsed, "a receipt"),
    succeeded: raw.status === "0x1",
  };
}

/** Longest wait for a block, milliseconds: two slots of the slowest network and some more. */
const FINAL_MS = 300_000;

/**
 * Sends a call and waits until it is final. What a contract would refuse is not sent: `refusal` turns the data of the
 * revert into an error of ours.
 */
export async function sendFinal(
  context: Pick<CommandContext, "output" | "interruption">,
  client: NodeClient,
  account: PrivateKeyAccount,
  call: Call,
  refusal: (data: unknown) => NodeError | undefined,
): Promise<FinalReceipt> {
  let raw: Hex;
  try {
    raw = await signCall(client, account, call);
  } catch (error) {
    throw (error instanceof NodeError ? refusal(error.meta["data"]) : undefined) ?? error;
  }
  await sendRaw(client, raw);
  const hash = keccak256(raw);
  context.output.note(`sent ${hash}, waiting for a block`);
  return await waitFinal(client, hash, { timeoutMs: FINAL_MS, signal: context.interruption.signal });
}

/**
 * Waits until a block holds the transaction; a block is final as soon as it exists.
 * @throws NodeError NOT_FINAL after `timeoutMs`, TRANSACTION_REVERTED, or the abort's reason.
 */
export async function waitFinal(
  client: NodeClient,
  hash: Hex,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<FinalReceipt> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    options.signal?.throwIfAborted();
    const receipt = await receiptOf(client, hash);
    if (receipt !== undefined) {
      if (receipt.succeeded) return receipt;
      throw new NodeError({ code: "TRANSACTION_REVERTED", message: `the contract refused the transaction ${hash}` });
    }
    if (performance.now() > deadline) {
      throw new NodeError({
        code: "NOT_FINAL",
        message: `no block held the transaction ${hash} within ${Math.round(options.timeoutMs / 1000)} s`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
