import assert from "node:assert/strict";
import { fromHex } from "@lucid/consensus/base";
import {
  contractAddresses,
  type FoundingNode,
  type Hex,
  type lucidGovernorAbi,
  signerRegistryAbi,
} from "@lucid/contracts";
import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeFunctionResult,
  encodeFunctionData,
  keccak256,
  toBytes,
} from "viem";
import { encodeSet, MIB, PARAMS } from "./params.js";
import { setEligible } from "./registry.js";
import { hashOf, RevertError } from "./sessions.js";
import { decodeResult, encodeCall, type Outcome, TestChain, users } from "./testChain.js";

type Read = ContractFunctionName<typeof lucidGovernorAbi, "view" | "pure">;

export const GOVERNOR: Hex = contractAddresses.LucidGovernor;
export const TIMELOCK_ADDRESS: Hex = contractAddresses.LucidTimelock;
export const SIGNERS: Hex = contractAddresses.SignerRegistry;

/** Seconds, of a devnet with slots of 6. */
export const SLOT = 6n;
export const timing = { delay: 2n * SLOT, period: 10n * SLOT, timelock: 5n * SLOT, grace: 60n * SLOT } as const;

export const states = [
  "Pending",
  "Active",
  "Canceled",
  "Defeated",
  "Succeeded",
  "Queued",
  "Expired",
  "Executed",
] as const;
export type StateName = (typeof states)[number];

export const support = { against: 0, for: 1, abstain: 2 } as const;

export interface Action {
  readonly target: Hex;
  readonly value: bigint;
  readonly data: Hex;
}

export interface Proposal {
  readonly actions: readonly Action[];
  readonly description: string;
}

export function setAction(name: string, value: bigint): Action {
  return { target: PARAMS, value: 0n, data: encodeSet(name, value) };
}

/** TRON address that depends on the label. */
export function tronSigner(label: string): Hex {
  return `0x41${hashOf("signer", label).slice(2, 42)}`;
}

export type SignerSet = readonly [Hex, Hex, Hex];

export function rotateAction(epoch: bigint, signers: SignerSet): Action {
  return { target: SIGNERS, value: 0n, data: encodeCall("SignerRegistry", "rotate", [epoch, signers]) };
}

export const simpleProposal: Proposal = {
  actions: [setAction("maxChunkSize", 2n * MIB)],
  description: "smaller chunks",
};

function argumentsOf({ actions, description }: Proposal, hashed: boolean): readonly unknown[] {
  return [
    actions.map(({ target }) => target),
    actions.map(({ value }) => value),
    actions.map(({ data }) => data),
    hashed ? keccak256(toBytes(description)) : description,
  ];
}

/** Nodes by operator: `counts[i]` of operators[i], all eligible since a slot ago. */
export async function governedChain(
  counts: readonly number[] = [2, 1, 1],
  operators: readonly Hex[] = users,
): Promise<TestChain> {
  const nodes: FoundingNode[] = [];
  const changes: { nodeId: Hex; operator: Hex; eligible: boolean }[] = [];
  counts.forEach((count, user) => {
    for (let i = 0; i < count; i++) {
      const operator = operators[user] ?? "0x";
      const nodeId = hashOf("voter", user, i);
      nodes.push({ nodeId: fromHex(nodeId, 32), peerId: new Uint8Array(32).fill(1), operator: fromHex(operator, 20) });
      changes.push({ nodeId, operator, eligible: true });
    }
  });
  const chain = await TestChain.create(nodes);
  await setEligible(chain, changes);
  chain.time += SLOT;
  return chain;
}

export async function readGovernor<N extends Read>(
  chain: TestChain,
  name: N,
  args: ContractFunctionArgs<typeof lucidGovernorAbi, "view" | "pure", N>,
): Promise<ContractFunctionReturnType<typeof lucidGovernorAbi, "view" | "pure", N>> {
  const result = await chain.call(GOVERNOR, encodeCall("LucidGovernor", name, args as readonly unknown[]));
  if (result.error !== undefined) throw new RevertError(result.error.name);
  return decodeResult("LucidGovernor", name, result.data) as ContractFunctionReturnType<
    typeof lucidGovernorAbi,
    "view" | "pure",
    N
  >;
}

export async function idOf(chain: TestChain, proposal: Proposal): Promise<bigint> {
  const data = encodeCall("LucidGovernor", "hashProposal", argumentsOf(proposal, true));
  const result = await chain.call(GOVERNOR, data);
  return decodeResult("LucidGovernor", "hashProposal", result.data) as bigint;
}

export async function stateOf(chain: TestChain, proposal: Proposal): Promise<StateName> {
  return states[await readGovernor(chain, "state", [await idOf(chain, proposal)])] ?? "Pending";
}

export function propose(chain: TestChain, proposal: Proposal, from: Hex = users[0] ?? "0x"): Promise<Outcome> {
  return chain.send({ from, to: GOVERNOR, data: encodeCall("LucidGovernor", "propose", argumentsOf(proposal, false)) });
}

export async function vote(chain: TestChain, proposal: Proposal, from: Hex, choice: number): Promise<Outcome> {
  const data = encodeCall("LucidGovernor", "castVote", [await idOf(chain, proposal), choice]);
  return chain.send({ from, to: GOVERNOR, data });
}

const byHash = ["address[]", "uint256[]", "bytes[]", "bytes32"].map((type, i) => ({ type, name: `a${i}` }));

/** `queue`, `execute` and `cancel` by the whole content; OpenZeppelin's form. */
export function act(
  chain: TestChain,
  name: "queue" | "execute" | "cancel",
  proposal: Proposal,
  from: Hex = users[3] ?? "0x",
): Promise<Outcome> {
  const abi: Abi = [{ type: "function", name, inputs: byHash, outputs: [], stateMutability: "nonpayable" }];
  return chain.send({ from, to: GOVERNOR, data: encodeFunctionData({ abi, args: argumentsOf(proposal, true) }) });
}

/** Waits until the vote is open. */
export function open(chain: TestChain): void {
  chain.time += timing.delay + SLOT;
}

/** A proposal that has passed; the time is just after its vote. */
export async function passed(chain: TestChain, proposal: Proposal = simpleProposal): Promise<Proposal> {
  assert.equal((await propose(chain, proposal)).reason, undefined);
  open(chain);
  for (const voter of users.slice(0, 3)) {
    assert.equal((await vote(chain, proposal, voter, support.for)).reason, undefined);
  }
  chain.time += timing.period;
  return proposal;
}

/** One that has passed and can run now. */
export async function ready(chain: TestChain, proposal: Proposal = simpleProposal): Promise<Proposal> {
  await passed(chain, proposal);
  assert.equal((await act(chain, "queue", proposal)).reason, undefined);
  chain.time += timing.timelock;
  return proposal;
}

export interface Signers {
  readonly epoch: bigint;
  readonly signers: readonly Hex[];
  readonly digest: Hex;
}

export async function currentSigners(chain: TestChain): Promise<Signers> {
  const { data } = await chain.call(SIGNERS, encodeCall("SignerRegistry", "current", []));
  const [epoch, signers, digest] = decodeFunctionResult({ abi: signerRegistryAbi, functionName: "current", data });
  return { epoch, signers, digest };
}
