import { toHex } from "@lucid/consensus/base";
import { contractAddresses, lucidGovernorAbi, paramRegistryAbi, signerRegistryAbi } from "@lucid/contracts";
import { encodeFunctionData, type Hex, keccak256, stringToHex, toBytes } from "viem";
import { parseSize } from "../../config/index.js";
import { NodeError } from "../../errors.js";
import { paramNames } from "../../governance/params.js";
import { argument, type CommandContext } from "../commandContext.js";
import { formatTime } from "../format.js";
import {
  findProposal,
  type Governance,
  type Opened,
  type Proposal,
  readGovernance,
  withGovernor,
} from "../gov/governor.js";
import { formatTronAddress, parseTronAddress } from "../gov/tronAddress.js";

const CHOICES = ["against", "for", "abstain"] as const;

interface Draft {
  readonly target: Hex;
  readonly data: Hex;
  readonly title: string;
}

async function submit(context: CommandContext, { client, account, send }: Opened, draft: Draft): Promise<void> {
  const { output, options } = context;
  const words = options.text("description") ?? `${draft.title} (proposed ${new Date().toISOString().slice(0, 16)}Z)`;
  // Nobody else can send the same proposal first and take it back again.
  const description = `${words} #proposer=${(await account()).toLowerCase()}`;
  const args = [[draft.target], [0n], [draft.data]] as const;
  const done = await send(
    encodeFunctionData({ abi: lucidGovernorAbi, functionName: "propose", args: [...args, description] }),
  );
  const hashed = encodeFunctionData({
    abi: lucidGovernorAbi,
    functionName: "hashProposal",
    args: [...args, keccak256(toBytes(description))],
  });
  const id = String(await client.rpc("eth_call", [{ to: contractAddresses.LucidGovernor, data: hashed }, "latest"]));
  const { snapshot, deadline } = await findProposal(client, id);
  output.data({ id, description, snapshot, deadline, txHash: done.transactionHash });
  output.line(`Proposal ${id}`);
  output.line(`The vote is open after ${formatTime(snapshot)} until ${formatTime(deadline)}.`);
}

export function proposeSet(context: CommandContext): Promise<undefined> {
  return withGovernor(context, async (opened) => {
    const name = argument(context, 0);
    const text = argument(context, 1);
    const size = /^\d+$/.test(text) ? Number(text) : parseSize(text);
    if (size === undefined || !Number.isSafeInteger(size)) {
      throw new NodeError({ code: "USAGE", message: `"${text}" is no number and no size` });
    }
    const args = [stringToHex(name.slice(0, 32), { size: 32 }), BigInt(size)] as const;
    const data = encodeFunctionData({ abi: paramRegistryAbi, functionName: "set", args });
    await submit(context, opened, { target: contractAddresses.ParamRegistry, data, title: `Set ${name} to ${size}` });
  });
}

export function proposeRotate(context: CommandContext): Promise<undefined> {
  return withGovernor(context, async (opened) => {
    const signers = [0, 1, 2].map((i): Hex => {
      const text = argument(context, i);
      const bytes = parseTronAddress(text);
      if (bytes === undefined) throw new NodeError({ code: "USAGE", message: `"${text}" is no TRON address (T...)` });
      return toHex(bytes);
    });
    const [a = "0x", b = "0x", c = "0x"] = signers;
    const { epoch } = (await readGovernance(opened.client)).signers;
    const args = [epoch + 1n, [a, b, c]] as const;
    const data = encodeFunctionData({ abi: signerRegistryAbi, functionName: "rotate", args });
    const title = `Rotate the signers of payouts to epoch ${epoch + 1n}`;
    await submit(context, opened, { target: contractAddresses.SignerRegistry, data, title });
  });
}

export function vote(context: CommandContext): Promise<undefined> {
  return withGovernor(context, async ({ client, send }) => {
    const { output, options } = context;
    const { id } = await findProposal(client, argument(context, 0));
    const choice = (CHOICES as readonly string[]).indexOf(argument(context, 1));
    if (choice < 0)
      throw new NodeError({ code: "USAGE", message: `vote ${CHOICES.join(", ")}, not ${argument(context, 1)}` });
    const args = [BigInt(id), choice, options.text("reason") ?? ""] as const;
    const done = await send(encodeFunctionData({ abi: lucidGovernorAbi, functionName: "castVoteWithReason", args }));
    const after = await findProposal(client, id);
    output.data({ id, vote: CHOICES[choice], votes: after.votes, txHash: done.transactionHash });
    output.line(`Voted ${CHOICES[choice]} in block ${done.blockNumber}: ${tallyText(after)}.`);
  });
}

export const queue = (context: CommandContext): Promise<undefined> => advance(context, "queue");
export const execute = (context: CommandContext): Promise<undefined> => advance(context, "execute");

function advance(context: CommandContext, functionName: "queue" | "execute"): Promise<undefined> {
  return withGovernor(context, async ({ client, send }) => {
    const { output } = context;
    const { id } = await findProposal(client, argument(context, 0));
    const done = await send(encodeFunctionData({ abi: lucidGovernorAbi, functionName, args: [BigInt(id)] }));
    const { state, eta } = await findProposal(client, id);
    output.data({ id, state, eta, txHash: done.transactionHash, blockNumber: Number(done.blockNumber) });
    output.line(
      functionName === "execute" || eta === null
        ? `Executed in block ${done.blockNumber}.`
        : `Queued in block ${done.blockNumber}; it can run from ${formatTime(eta)}: lucid gov execute ${id.slice(0, 12)}`,
    );
  });
}

export function list(context: CommandContext): Promise<undefined> {
  return withGovernor(context, async ({ client }) => {
    const { output, options } = context;
    const { proposals, proposalCount } = await readGovernance(client, options.number("offset") ?? 0);
    output.data({ total: proposalCount, proposals });
    if (proposals.length === 0) output.line("There are no proposals.");
    else
      output.table(
        ["id", "state", "what", "votes"],
        proposals.map((one) => [one.id.slice(0, 12), one.state, whatText(one), tallyText(one)]),
      );
    if (proposalCount > BigInt(proposals.length)) output.note(`${proposalCount} in all; --offset shows older ones.`);
  });
}

export function show(context: CommandContext): Promise<undefined> {
  return withGovernor(context, async ({ client }) => {
    const { output } = context;
    const found = await findProposal(client, argument(context, 0));
    output.data(found);
    output.fields([
      ["id", found.id],
      ["state", found.state],
      ["what", whatText(found)],
      ["description", found.description ?? "(its block's receipts are no longer kept)"],
      ["proposer", found.proposer],
      ["proposed", formatTime(found.proposedAt)],
      ["vote", `after ${formatTime(found.snapshot)} until ${formatTime(found.deadline)}`],
      ["votes", tallyText(found)],
      ["runs", found.eta === null ? "not queued" : `from ${formatTime(found.eta)}`],
      ["next", nextText(found, await readGovernance(client))],
    ]);
  });
}

export function params(context: CommandContext): Promise<undefined> {
  return withGovernor(context, async ({ client }) => {
    const { output } = context;
    const all = (await client.rpc("lucid_getParams")) as Readonly<Record<string, unknown>>;
    const bounds = all["bounds"] as Readonly<Record<string, { readonly min: number; readonly max: number }>>;
    output.data(Object.fromEntries(paramNames.map((name) => [name, { value: all[name], ...bounds[name] }])));
    output.table(
      ["parameter", "value", "from", "to"],
      paramNames.map((name) => [name, String(all[name]), String(bounds[name]?.min), String(bounds[name]?.max)]),
    );
  });
}

function whatText({ actions }: Proposal): string {
  return actions
    .map((action) => {
      if (action.kind === "set") return `set ${action.param} = ${action.value}`;
      const names = action.signers.map((signer) => formatTronAddress(Buffer.from(signer.slice(2), "hex")));
      return `rotate signers to epoch ${action.epoch}: ${names.join(", ")}`;
    })
    .join("; ");
}

function tallyText({ votes, quorum }: Proposal): string {
  const took = votes.for + votes.abstain;
  const needed = quorum === null ? "" : `, ${took} of ${quorum} needed`;
  return `${votes.for} for, ${votes.against} against, ${votes.abstain} abstain${needed}`;
}

function nextText({ state, id, deadline, eta, snapshot }: Proposal, { grace }: Governance): string {
  const short = id.slice(0, 12);
  switch (state) {
    case "pending":
      return `the vote opens after ${formatTime(snapshot)}`;
    case "active":
      return `lucid gov vote ${short} for|against|abstain`;
    case "succeeded":
      return `lucid gov queue ${short}, until ${formatTime(deadline + grace)}`;
    case "queued":
      return `lucid gov execute ${short}, until ${formatTime((eta ?? 0) + grace)}`;
    default:
      return "nothing: it is over";
  }
}
