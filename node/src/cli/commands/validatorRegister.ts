import { resolve as resolvePath } from "node:path";
import { nodeRegistryAbi } from "@lucid/contracts";
import { realFileSystem, writeFileAtomic } from "@lucid/storage";
import { encodeFunctionData, type Hex } from "viem";
import { NodeError } from "../../errors.js";
import type { CommandContext } from "../commandContext.js";
import { formatLucid, formatTime } from "../format.js";
import type { NodeClient } from "../nodeClient.js";
import { connectNode } from "../session/nodeLink.js";
import { openOwner } from "../session/owner.js";
import { chainIdOf, type FinalReceipt } from "../transactions.js";
import { type Consent, readConsent, signConsent } from "../validator/consent.js";
import { openDataDirectory, poolIdOf, provePossession, publicKeys } from "../validator/identity.js";
import { findNode, NO_POOL, readRegistry, sendToRegistry } from "../validator/registry.js";

const MIB = 2 ** 20;

/** The capacity that was given, else the quota of the node's chunk store. */
export async function capacityOf(context: CommandContext): Promise<number> {
  const given = context.options.number("capacity");
  const bytes = given ?? (await context.config()).values.chunkQuota;
  return Math.min(Math.floor(Number(bytes) / MIB), 0xffff_ffff);
}

interface PoolWish {
  readonly poolId: Hex;
  readonly poolSignature: Hex;
}

/** The pool that was asked for with its owner's consent. @throws NodeError USAGE when one of the two is missing */
export function poolOf(context: CommandContext): PoolWish | undefined {
  const owner = context.options.text("pool");
  const signature = context.options.text("poolSignature");
  if (owner === undefined && signature === undefined) return undefined;
  if (owner === undefined || signature === undefined) {
    throw new NodeError({
      code: "USAGE",
      message: "--pool and --pool-signature belong together",
      meta: { fix: "ask the pool's owner to run lucid validator pool sign NODE-ID ACCOUNT" },
    });
  }
  return { poolId: poolIdOf(owner), poolSignature: signature as Hex };
}

function report(context: CommandContext, facts: { readonly nodeId: Hex; readonly bond: bigint }, done: FinalReceipt) {
  const { output } = context;
  output.data({ ...facts, txHash: done.transactionHash, blockNumber: Number(done.blockNumber) });
  output.line(`Registered node ${facts.nodeId} in block ${done.blockNumber}; bond ${formatLucid(facts.bond)} LUCID.`);
  output.line("It counts from the next epoch but one, once it runs (lucid start --validator) and sends its beacons.");
}

async function sponsor(context: CommandContext, client: NodeClient, dataDir: string, path: string): Promise<void> {
  const consent = await readConsent(resolvePath(path));
  const chainId = await chainIdOf(client);
  if (consent.chainId !== chainId) {
    throw new NodeError({
      code: "CONSENT_FILE",
      message: `${path} is for the chain ${consent.chainId}, the node is on ${chainId}`,
    });
  }
  const { account } = await openOwner(context, dataDir);
  const bond = await readRegistry(client, "REGISTRATION_BOND", []);
  const { operator, blsKey, proofOfPossession, peerId, poolId, poolSignature, capacityMiB, deadline } = consent;
  const data = encodeFunctionData({
    abi: nodeRegistryAbi,
    functionName: "registerFor",
    args: [
      operator,
      blsKey,
      proofOfPossession,
      peerId,
      poolId,
      poolSignature,
      capacityMiB,
      BigInt(deadline),
      consent.signature,
    ],
  });
  const done = await sendToRegistry(context, client, account, { data, value: bond });
  const { sha256, fromHex, toHex } = await import("@lucid/consensus/base");
  report(context, { nodeId: toHex(sha256(fromHex(blsKey))), bond }, done);
}

export async function run(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const dataDir = await openDataDirectory(context);
  const pool: PoolWish = poolOf(context) ?? { poolId: NO_POOL, poolSignature: "0x" };
  const client = await connectNode(context, dataDir);
  try {
    const other = options.text("for");
    if (other !== undefined) {
      await sponsor(context, client, dataDir, other);
      return undefined;
    }
    const keys = await publicKeys(dataDir);
    if ((await findNode(client, keys.nodeId, keys.operator)) !== undefined) {
      throw new NodeError({ code: "REGISTRY_REFUSED", message: `the node ${keys.nodeId} is registered already` });
    }
    const chainId = await chainIdOf(client);
    const terms = {
      blsKey: keys.blsPublicKey,
      proofOfPossession: await provePossession(context, dataDir, chainId, keys.operator),
      peerId: keys.peerId,
      ...pool,
      capacityMiB: await capacityOf(context),
    };
    const { account } = await openOwner(context, dataDir);
    const file = options.text("consent");
    if (file !== undefined) {
      const deadline = Math.floor(Date.now() / 1000) + 3600 * (options.number("hours") ?? 24);
      const signed: Consent = await signConsent(account, {
        format: 1,
        chainId,
        operator: keys.operator,
        ...terms,
        deadline,
      });
      const path = resolvePath(file);
      await writeFileAtomic(
        realFileSystem,
        path,
        new TextEncoder().encode(`${JSON.stringify(signed, null, 2)}\n`),
        0o644,
      );
      output.data({ nodeId: keys.nodeId, file: path, deadline });
      output.line(`Wrote ${path}; whoever runs lucid validator register --for with it pays bond and fee.`);
      output.line(`It holds until ${formatTime(deadline)}.`);
      return undefined;
    }
    const bond = await readRegistry(client, "REGISTRATION_BOND", []);
    const { blsKey, proofOfPossession, peerId, poolId, poolSignature, capacityMiB } = terms;
    const data = encodeFunctionData({
      abi: nodeRegistryAbi,
      functionName: "register",
      args: [blsKey, proofOfPossession, peerId, poolId, poolSignature, capacityMiB],
    });
    report(
      context,
      { nodeId: keys.nodeId, bond },
      await sendToRegistry(context, client, account, { data, value: bond }),
    );
  } finally {
    client.close();
  }
  return undefined;
}
