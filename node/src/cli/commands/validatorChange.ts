import { nodeRegistryAbi } from "@lucid/contracts";
import { encodeFunctionData, type Hex } from "viem";
import type { CommandContext } from "../commandContext.js";
import { formatLucid, formatTime } from "../format.js";
import type { NodeClient } from "../nodeClient.js";
import { ask, isInteractive } from "../prompt.js";
import { connectNode } from "../session/nodeLink.js";
import { openOwner } from "../session/owner.js";
import type { FinalReceipt } from "../transactions.js";
import { openDataDirectory, type PublicKeys, publicKeys } from "../validator/identity.js";
import { NO_POOL, nodeOf, type RegisteredNode, readRegistry, sendToRegistry } from "../validator/registry.js";
import { capacityOf, poolOf } from "./validatorRegister.js";

interface Opened {
  readonly client: NodeClient;
  readonly keys: PublicKeys;
  /** As it is on the chain now. */
  readonly node: RegisteredNode;
  send(data: Hex): Promise<FinalReceipt>;
}

/** The node of this data directory, registered, with its node to talk to. */
async function withNode(context: CommandContext, work: (opened: Opened) => Promise<void>): Promise<undefined> {
  const dataDir = await openDataDirectory(context);
  const client = await connectNode(context, dataDir);
  try {
    const keys = await publicKeys(dataDir);
    const node = await nodeOf(client, keys.nodeId, keys.operator);
    await work({
      client,
      keys,
      node,
      async send(data) {
        const { account } = await openOwner(context, dataDir);
        return await sendToRegistry(context, client, account, { data });
      },
    });
  } finally {
    client.close();
  }
  return undefined;
}

export function update(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const wish = poolOf(context) ?? (options.flag("leavePool") ? { poolId: NO_POOL, poolSignature: "0x" } : undefined);
  return withNode(context, async ({ keys, node, send }) => {
    const { poolId, poolSignature } = wish ?? { poolId: node.poolId, poolSignature: "0x" };
    const capacityMiB = options.given("capacity") ? await capacityOf(context) : node.capacityMiB;
    const data = encodeFunctionData({
      abi: nodeRegistryAbi,
      functionName: "update",
      args: [keys.nodeId, keys.peerId, poolId, poolSignature as Hex, capacityMiB],
    });
    const done = await send(data);
    const { nodeId, peerId } = keys;
    output.data({ nodeId, peerId, poolId, capacityMiB, txHash: done.transactionHash });
    output.line(`Changed in block ${done.blockNumber}.`);
    output.fields([
      ["peer key", peerId],
      ["pool", poolId === NO_POOL ? "none" : poolId],
      ["capacity", `${capacityMiB} MiB`],
    ]);
  });
}

export function retire(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  return withNode(context, async ({ client, keys, send }) => {
    if (!options.flag("yes") && isInteractive(context.terminal)) {
      const question = `Retire node ${keys.nodeId} for good? Its key never registers again. (yes/no) `;
      const answer = await ask(context.terminal, question, { instead: "give --yes" });
      if (!/^y(es)?$/i.test(answer.trim())) {
        output.note("Nothing was sent.");
        return;
      }
    }
    const args = [keys.nodeId] as const;
    const done = await send(encodeFunctionData({ abi: nodeRegistryAbi, functionName: "retire", args }));
    const { retiredAt, bond } = await nodeOf(client, keys.nodeId, keys.operator);
    const bondFreeAt = retiredAt + (await readRegistry(client, "BOND_LOCK", []));
    output.data({ nodeId: keys.nodeId, bond, bondFreeAt: Number(bondFreeAt), txHash: done.transactionHash });
    output.line(`Retired in block ${done.blockNumber}. Keep the node running until the epoch after next has begun.`);
    if (bond > 0n) {
      output.line(
        `The bond of ${formatLucid(bond)} LUCID is free at ${formatTime(bondFreeAt)}: lucid validator withdraw.`,
      );
    }
  });
}

export function withdraw(context: CommandContext): Promise<undefined> {
  const { output } = context;
  return withNode(context, async ({ keys, node, send }) => {
    const args = [keys.nodeId, keys.operator] as const;
    const done = await send(encodeFunctionData({ abi: nodeRegistryAbi, functionName: "withdrawBond", args }));
    output.data({ nodeId: keys.nodeId, to: node.bondPayer, wei: node.bond, txHash: done.transactionHash });
    output.line(`${formatLucid(node.bond)} LUCID went to ${node.bondPayer} in block ${done.blockNumber}.`);
  });
}
