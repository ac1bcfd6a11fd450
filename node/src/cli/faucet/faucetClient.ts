import type { Hex } from "viem";
import { z } from "zod";
import { NodeError } from "../../errors.js";

/** Milliseconds. */
const PATIENCE = 30_000;
const MAX_ANSWER = 16 * 1024;

const offer = z.object({ chainId: z.number() });
const gift = z.object({ wei: z.string().regex(/^\d{1,40}$/), txHash: z.string().regex(/^0x[0-9a-f]{64}$/) });
const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

function refused(message: string, cause?: unknown): NodeError {
  return new NodeError({ code: "FAUCET_REFUSED", message, cause });
}

async function ask(url: URL, body?: object): Promise<unknown> {
  let text: string;
  try {
    const answer = await fetch(url, {
      signal: AbortSignal.timeout(PATIENCE),
      ...(body === undefined
        ? {}
        : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    text = await answer.text();
  } catch (cause) {
    throw refused(`the faucet at ${url} does not answer`, cause);
  }
  try {
    if (text.length > MAX_ANSWER) throw refused("too long");
    return JSON.parse(text);
  } catch (cause) {
    throw refused(`what answers at ${url} is no faucet`, cause);
  }
}

/**
 * Asks a faucet for LUCID of the network with this chain id.
 * @throws NodeError FAUCET_LIMIT, FAUCET_REFUSED
 */
export async function askFaucet(
  address: string,
  to: string,
  chainId: number,
): Promise<{ readonly wei: string; readonly txHash: Hex }> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw refused(`"${address}" is no http:// or https:// address`);
  const offered = offer.safeParse(await ask(url));
  if (!offered.success) throw refused(`what answers at ${url} is no faucet`);
  if (offered.data.chainId !== chainId) {
    throw refused(`the faucet gives LUCID of the chain ${offered.data.chainId}, this node is of ${chainId}`);
  }
  const answer = await ask(url, { address: to });
  const no = refusal.safeParse(answer);
  if (no.success) {
    const { code, message } = no.data.error;
    if (code === "FAUCET_LIMIT") throw new NodeError({ code, message });
    throw refused(`${message} [${code}]`);
  }
  const yes = gift.safeParse(answer);
  if (!yes.success) throw refused(`what answers at ${url} is no faucet`);
  return { wei: yes.data.wei, txHash: yes.data.txHash as Hex };
}
