import { contractAddresses } from "@lucid/contracts";
import { z } from "zod";
import {
  GovernanceReader,
  type ProposalView,
  type ProposedAction,
  proposalStates,
} from "../../governance/governanceReader.js";
import type { RpcBackend } from "../backend.js";
import { quantityHex, toHex } from "../format/hex.js";
import { defineMethod, type RpcMethod } from "../method.js";
import { invalidParams } from "../rpcError.js";
import {
  answerAddress,
  answerHash,
  answerHex,
  answerQuantity,
  hash32,
  quantityOrNumber,
  schemaRegistry,
} from "../schema/primitives.js";

const COST = 200;
const MAX_PAGE = 20;

const actionAnswer = z.union([
  z.strictObject({ kind: z.literal("set"), param: z.string(), value: answerQuantity }),
  z.strictObject({ kind: z.literal("rotate"), epoch: answerQuantity, signers: z.array(answerHex) }),
]);

const proposalAnswer = z
  .strictObject({
    id: answerHash,
    proposer: answerAddress,
    description: z.string().nullable(),
    descriptionHash: answerHash,
    state: z.enum(proposalStates),
    actions: z.array(actionAnswer),
    proposedAt: answerQuantity,
    /** The vote counts the nodes of this second and opens after it. */
    snapshot: answerQuantity,
    deadline: answerQuantity,
    /** When it can run; null when it is not queued. */
    eta: answerQuantity.nullable(),
    votes: z.strictObject({ for: answerQuantity, against: answerQuantity, abstain: answerQuantity }),
    /** Nodes that must take part; null while the vote is not open. */
    quorum: answerQuantity.nullable(),
  })
  .register(schemaRegistry, { id: "Proposal", description: "A proposal of LucidGovernor; times in Unix seconds" });

const governanceAnswer = z
  .strictObject({
    governor: answerAddress,
    timelock: answerAddress,
    paramRegistry: answerAddress,
    signerRegistry: answerAddress,
    /** Seconds. */
    votingDelay: answerQuantity,
    votingPeriod: answerQuantity,
    grace: answerQuantity,
    /** Who signs payouts on TRON. */
    signers: z.strictObject({
      epoch: answerQuantity,
      signers: z.array(answerHex),
      threshold: answerQuantity,
      digest: answerHash,
    }),
    proposalCount: answerQuantity,
    /** Newest first. */
    proposals: z.array(proposalAnswer),
  })
  .register(schemaRegistry, { id: "Governance", description: "Governance as the contracts hold it at the head" });

export function lucidGovernanceMethods(backend: RpcBackend): readonly RpcMethod[] {
  const { calls, chain, limits, state, view } = backend;
  const reader = new GovernanceReader({
    chain,
    async call(to, data) {
      const caps = { gas: limits.callGas, milliseconds: limits.callMilliseconds };
      const request = { to, data, gas: limits.callGas };
      const result = await calls.run(() => state.call(request, view.headHeight(), caps));
      return result.status === "success" ? result.returnData : undefined;
    },
  });
  return [
    defineMethod({
      name: "lucid_getGovernance",
      summary: "Times, signers and proposals of governance, newest first; null on a network without it.",
      cost: COST,
      params: [
        { name: "offset", summary: "Proposals to pass over", schema: quantityOrNumber.optional() },
        { name: "limit", summary: `1 to ${MAX_PAGE}`, schema: quantityOrNumber.optional() },
      ],
      result: governanceAnswer.nullable(),
      handler: async ([offset, limit]) => {
        if (limit !== undefined && (limit < 1 || limit > MAX_PAGE)) {
          throw invalidParams(`invalid argument 1 (limit): expected 1 to ${MAX_PAGE}`);
        }
        const [times, signers] = [await reader.times(), await reader.signers()];
        if (times === undefined || signers === undefined) return null;
        const { LucidGovernor, LucidTimelock, ParamRegistry, SignerRegistry } = contractAddresses;
        return {
          governor: LucidGovernor,
          timelock: LucidTimelock,
          paramRegistry: ParamRegistry,
          signerRegistry: SignerRegistry,
          votingDelay: quantityHex(times.votingDelay),
          votingPeriod: quantityHex(times.votingPeriod),
          grace: quantityHex(times.grace),
          signers: {
            epoch: quantityHex(signers.epoch),
            signers: signers.signers.map(toHex),
            threshold: quantityHex(signers.threshold),
            digest: toHex(signers.digest),
          },
          proposalCount: quantityHex(await reader.count()),
          proposals: (await reader.list(offset ?? 0, limit ?? MAX_PAGE)).map(formatProposal),
        };
      },
    }),
    defineMethod({
      name: "lucid_getProposal",
      summary: "A proposal of governance; null when there is none with this id.",
      cost: COST / 4,
      params: [{ name: "id", schema: hash32 }],
      result: proposalAnswer.nullable(),
      handler: async ([id]) => {
        const found = await reader.find(id);
        return found === undefined ? null : formatProposal(found);
      },
    }),
  ];
}

function formatProposal(proposal: ProposalView): z.output<typeof proposalAnswer> {
  const { votes, quorum, eta } = proposal;
  return {
    id: toHex(proposal.id),
    proposer: toHex(proposal.proposer),
    description: proposal.description ?? null,
    descriptionHash: toHex(proposal.descriptionHash),
    state: proposal.state,
    actions: proposal.actions.map(formatAction),
    proposedAt: quantityHex(proposal.proposedAt),
    snapshot: quantityHex(proposal.snapshot),
    deadline: quantityHex(proposal.deadline),
    eta: eta === 0 ? null : quantityHex(eta),
    votes: { for: quantityHex(votes.for), against: quantityHex(votes.against), abstain: quantityHex(votes.abstain) },
    quorum: quorum === undefined ? null : quantityHex(quorum),
  };
}

function formatAction(action: ProposedAction): z.output<typeof actionAnswer> {
  if (action.kind === "set") return { kind: "set", param: action.param, value: quantityHex(action.value) };
  return { kind: "rotate", epoch: quantityHex(action.epoch), signers: action.signers.map(toHex) };
}
