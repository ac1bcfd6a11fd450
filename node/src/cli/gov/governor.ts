import {
  contractAddresses,
  lucidGovernorAbi,
  lucidTimelockAbi,
  paramRegistryAbi,
  signerRegistryAbi,
} from "@lucid/contracts";
import { type Abi, decodeErrorResult, type Hex, hexToString, isHex } from "viem";
import { z } from "zod";
import { NodeError } from "../../errors.js";
import { proposalStates } from "../../governance/governanceReader.js";
import type { CommandContext } from "../commandContext.js";
import type { NodeClient } from "../nodeClient.js";
import { connectNode } from "../session/nodeLink.js";
import { openOwner } from "../session/owner.js";
import { type FinalReceipt, sendFinal } from "../transactions.js";
import { openDataDirectory } from "../validator/identity.js";

const quantity = z.string().transform((text) => BigInt(text));
const seconds = quantity.transform(Number);
const hex = z.string().transform((text) => text as Hex);

const proposal = z.object({
  id: hex,
  proposer: hex,
  description: z.string().nullable(),
  state: z.enum(proposalStates),
  actions: z.array(
    z.union([
      z.object({ kind: z.literal("set"), param: z.string(), value: quantity }),
      z.object({ kind: z.literal("rotate"), epoch: quantity, signers: z.array(hex) }),
    ]),
  ),
  proposedAt: seconds,
  snapshot: seconds,
  deadline: seconds,
  eta: seconds.nullable(),
  votes: z.object({ for: quantity, against: quantity, abstain: quantity }),
  quorum: quantity.nullable(),
});
export type Proposal = z.output<typeof proposal>;

const governance = z.object({
  votingDelay: seconds,
  votingPeriod: seconds,
  grace: seconds,
  signers: z.object({ epoch: quantity, signers: z.array(hex), threshold: quantity, digest: hex }),
  proposalCount: quantity,
  proposals: z.array(proposal),
});
export type Governance = z.output<typeof governance>;

/** What the node says. @throws NodeError NOT_SUPPORTED on a network without governance */
export async function readGovernance(client: NodeClient, offset = 0): Promise<Governance> {
  const answer = await client.rpc("lucid_getGovernance", [offset]);
  if (answer !== null) return governance.parse(answer);
  throw new NodeError({
    code: "NOT_SUPPORTED",
    message: "the network of this node has no governance",
    meta: { fix: "use a network that was made with this release" },
  });
}

/** A proposal by its id or the beginning of it. @throws NodeError PROPOSAL_UNKNOWN */
export async function findProposal(client: NodeClient, id: string): Promise<Proposal> {
  if (/^0x[0-9a-f]{64}$/i.test(id)) {
    const answer = await client.rpc("lucid_getProposal", [id]);
    if (answer !== null) return proposal.parse(answer);
    throw unknown(`there is no proposal ${id}`);
  }
  if (!/^0x[0-9a-f]{4,64}$/i.test(id)) throw unknown(`"${id}" is no id: give 0x and at least 4 digits`);
  const matching: Proposal[] = [];
  for (let offset = 0; ; ) {
    const { proposals } = await readGovernance(client, offset);
    matching.push(...proposals.filter((one) => one.id.startsWith(id.toLowerCase())));
    if (proposals.length === 0) break;
    offset += proposals.length;
  }
  const [found, another] = matching;
  if (found === undefined) throw unknown(`there is no proposal ${id}...`);
  if (another !== undefined) throw unknown(`${matching.length} proposals begin with ${id}: give more digits`);
  return found;
}

function unknown(message: string): NodeError {
  return new NodeError({ code: "PROPOSAL_UNKNOWN", message });
}

const errors: Abi = [...lucidGovernorAbi, ...lucidTimelockAbi, ...paramRegistryAbi, ...signerRegistryAbi];

const nameOf = (key: unknown): string => (isHex(key) ? hexToString(key, { size: 32 }) : String(key));

const SENTENCES: Readonly<Record<string, (args: readonly unknown[]) => string>> = {
  ActionNotAllowed: () => "governance sets parameters and rotates signers, and does nothing else",
  OutOfBounds: ([key, value, min, max]) => `${nameOf(key)} can be ${min} to ${max}, not ${value}`,
  UnknownKey: ([key]) => `there is no parameter ${nameOf(key)}`,
  WrongEpoch: ([given, expected]) => `the next signer set has epoch ${expected}, not ${given}`,
  BadSigner: ([signer]) => `${signer} is no TRON address, or is there twice`,
  NoVotes: ([account]) => `${account} had no eligible node when the vote opened`,
  GovernorInsufficientProposerVotes: ([account]) => `${account} has no eligible node, so it may not propose`,
  GovernorAlreadyCastVote: ([account]) => `${account} has voted already, and a vote stays as it is`,
  GovernorUnexpectedProposalState: ([, state]) =>
    `the proposal is ${proposalStates[Number(state)] ?? "in another state"}`,
  GovernorNonexistentProposal: () => "there is no such proposal",
  TimelockUnexpectedOperationState: () => "the proposal has not waited long enough, or is not queued",
  GovernorRestrictedProposer: () => "the description names another proposer",
};

function refusal(data: unknown): NodeError | undefined {
  if (!isHex(data)) return undefined;
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi: errors, data });
    return new NodeError({
      code: "GOVERNANCE_REFUSED",
      message: SENTENCES[errorName]?.(args) ?? `governance refused the call (${errorName})`,
      meta: { reason: errorName },
    });
  } catch {
    return undefined;
  }
}

export interface Opened {
  readonly client: NodeClient;
  /** Sends a call of the governor from the data directory's account. @throws NodeError GOVERNANCE_REFUSED */
  send(data: Hex): Promise<FinalReceipt>;
  /** The account's address. */
  readonly account: () => Promise<Hex>;
}

/** The node that is named, and the account of this data directory. */
export async function withGovernor(
  context: CommandContext,
  work: (opened: Opened) => Promise<void>,
): Promise<undefined> {
  const dataDir = await openDataDirectory(context);
  const client = await connectNode(context, dataDir);
  const owner = async () => (await openOwner(context, dataDir)).account;
  let account: ReturnType<typeof owner> | undefined;
  const open = (): ReturnType<typeof owner> => {
    account ??= owner();
    return account;
  };
  try {
    await work({
      client,
      account: async () => (await open()).address,
      send: async (data) =>
        await sendFinal(context, client, await open(), { to: contractAddresses.LucidGovernor, data }, refusal),
    });
  } finally {
    client.close();
  }
  return undefined;
}
