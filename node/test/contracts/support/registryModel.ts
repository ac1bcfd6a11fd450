import type { Hex } from "@lucid/contracts";
import type { ModelOutcome } from "./anchorsModel.js";
import { NO_POOL, type NodeInput, nodeIdOf } from "./registry.js";
import { BOND, BOND_LOCK } from "./testChain.js";

interface ModelNode {
  readonly nodeId: Hex;
  readonly operator: Hex;
  peerId: Hex;
  poolId: Hex;
  poolJoins: number;
  capacityMiB: number;
  readonly registeredAt: bigint;
  retiredAt: bigint;
  eligible: boolean;
  readonly bondPayer: Hex;
  bond: bigint;
}

/** NodeRegistry as a plain list, with every change of votes in a plain history. */
export class RegistryModel {
  readonly nodes: ModelNode[] = [];
  burnt = 0n;
  held = 0n;
  private readonly joins = new Map<string, number>();
  private readonly history: { readonly time: bigint; readonly operator: Hex; readonly by: bigint }[] = [];

  find(nodeId: Hex, operator: Hex): ModelNode | undefined {
    return this.nodes.find((node) => node.nodeId === nodeId && node.operator === operator);
  }

  joinsOf(nodeId: Hex, operator: Hex): number {
    return this.joins.get(`${nodeId}/${operator}`) ?? 0;
  }

  /** `consent`: whether a pool's signature, if one is needed, is good. */
  register(input: NodeInput, from: Hex, paid: bigint, time: bigint, consent: boolean): ModelOutcome {
    const nodeId = nodeIdOf(input);
    if (paid !== BOND) return fail("WrongBond");
    if (this.find(nodeId, from) !== undefined) return fail("KeyUsed");
    if (input.poolId !== NO_POOL && !this.join(nodeId, from, consent)) return fail("BadPoolSignature");
    this.held += paid;
    this.nodes.push({
      nodeId,
      operator: from,
      peerId: input.peerId,
      poolId: input.poolId,
      poolJoins: input.poolId === NO_POOL ? 0 : 1,
      capacityMiB: input.capacityMiB,
      registeredAt: time,
      retiredAt: 0n,
      eligible: false,
      bondPayer: from,
      bond: paid,
    });
    return { events: ["NodeRegistered"] };
  }

  update(nodeId: Hex, from: Hex, change: Pick<NodeInput, "peerId" | "poolId">, consent: boolean): ModelOutcome {
    const node = this.find(nodeId, from);
    if (node === undefined) return fail("UnknownNode");
    if (node.retiredAt !== 0n) return fail("AlreadyRetired");
    const joins = change.poolId !== node.poolId && change.poolId !== NO_POOL;
    if (joins && !this.join(nodeId, from, consent)) return fail("BadPoolSignature");
    Object.assign(node, change);
    node.poolJoins = this.joinsOf(nodeId, from);
    return { events: ["NodeUpdated"] };
  }

  retire(nodeId: Hex, from: Hex, time: bigint): ModelOutcome {
    const node = this.find(nodeId, from);
    if (node === undefined) return fail("UnknownNode");
    if (node.retiredAt !== 0n) return fail("AlreadyRetired");
    node.retiredAt = time;
    return { events: ["NodeRetired", ...this.vote(node, false, time)] };
  }

  withdraw(nodeId: Hex, operator: Hex, time: bigint): ModelOutcome {
    const node = this.find(nodeId, operator);
    if (node === undefined) return fail("UnknownNode");
    if (node.bond === 0n) return fail("NoBond");
    if (node.retiredAt === 0n || time < node.retiredAt + BOND_LOCK) return fail("BondLocked");
    this.held -= node.bond;
    node.bond = 0n;
    return { events: ["BondWithdrawn"] };
  }

  setEligible(nodeId: Hex, operator: Hex, eligible: boolean, time: bigint): string[] {
    const node = this.find(nodeId, operator);
    return node === undefined || node.retiredAt !== 0n ? [] : this.vote(node, eligible, time);
  }

  burn(nodeId: Hex, operator: Hex): string[] {
    const node = this.find(nodeId, operator);
    if (node === undefined || node.bond === 0n) return [];
    this.burnt += node.bond;
    node.bond = 0n;
    return ["BondBurnt"];
  }

  /** Votes of an operator, or of all, at the end of a second. */
  votesAt(time: bigint, operator?: Hex): bigint {
    return this.history.reduce(
      (sum, step) => (step.time <= time && (operator ?? step.operator) === step.operator ? sum + step.by : sum),
      0n,
    );
  }

  private join(nodeId: Hex, operator: Hex, consent: boolean): boolean {
    if (consent) this.joins.set(`${nodeId}/${operator}`, this.joinsOf(nodeId, operator) + 1);
    return consent;
  }

  private vote(node: ModelNode, eligible: boolean, time: bigint): string[] {
    if (node.eligible === eligible) return [];
    node.eligible = eligible;
    this.history.push({ time, operator: node.operator, by: eligible ? 1n : -1n });
    return ["EligibilityChanged", "DelegateVotesChanged"];
  }
}

function fail(error: string): ModelOutcome {
  return { error, events: [] };
}
