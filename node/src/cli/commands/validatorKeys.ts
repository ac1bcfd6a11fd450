import { formatAddress, parseAddress } from "@lucid/storage";
import type { Hex } from "viem";
import { NodeError } from "../../errors.js";
import { argument, type CommandContext } from "../commandContext.js";
import { connectNode } from "../session/nodeLink.js";
import { openOwner, ownerAddress } from "../session/owner.js";
import { chainIdOf } from "../transactions.js";
import { signJoin } from "../validator/consent.js";
import { openDataDirectory, poolIdOf, publicKeys } from "../validator/identity.js";
import { findNode } from "../validator/registry.js";

/** The public halves of a node's keys; nothing secret is opened and no node is asked. */
export async function keys(context: CommandContext): Promise<undefined> {
  const { output } = context;
  const facts = await publicKeys(await openDataDirectory(context));
  output.data(facts);
  output.fields([
    ["node id", facts.nodeId],
    ["BLS public key", facts.blsPublicKey],
    ["peer key", facts.peerId],
    ["account", facts.operator],
  ]);
  return undefined;
}

export async function poolId(context: CommandContext): Promise<undefined> {
  const { output } = context;
  const given = context.arguments[0];
  const owner = given ?? (await ownerAddress(await openDataDirectory(context)));
  const facts = { owner: formatAddress(parseAddress(owner)), poolId: poolIdOf(owner) };
  output.data(facts);
  output.line(facts.poolId);
  return undefined;
}

function isHash(text: string): text is Hex {
  return /^0x[0-9a-f]{64}$/.test(text);
}

/** The pool owner's consent to a member. */
export async function poolSign(context: CommandContext): Promise<undefined> {
  const { output } = context;
  const nodeId = argument(context, 0).toLowerCase();
  if (!isHash(nodeId)) {
    throw new NodeError({
      code: "USAGE",
      message: `"${nodeId}" is no node id`,
      meta: { fix: "give 0x and 64 hex digits, as lucid validator keys prints them" },
    });
  }
  const operator = formatAddress(parseAddress(argument(context, 1)));
  const dataDir = await openDataDirectory(context);
  const client = await connectNode(context, dataDir);
  try {
    const joins = (await findNode(client, nodeId, operator))?.poolJoins ?? 0;
    const chainId = await chainIdOf(client);
    const { account } = await openOwner(context, dataDir);
    const signature = await signJoin(account, chainId, { nodeId, operator, joins });
    output.data({ pool: account.address, poolId: poolIdOf(account.address), nodeId, operator, joins, signature });
    output.note(`The node's owner joins with --pool ${account.address} --pool-signature and this:`);
    output.line(signature);
  } finally {
    client.close();
  }
  return undefined;
}
