import assert from "node:assert/strict";
import { fromHex, toHex } from "@lucid/consensus/base";
import { contractAddresses, lucidGovernorAbi } from "@lucid/contracts";
import { type AbiParameter, encodeAbiParameters, toEventSelector } from "viem";
import { GovernanceReader, proposalStates } from "../../../src/governance/governanceReader.js";
import type { Receipt } from "../../../src/interfaces.js";
import { DEVNET_SIGNERS } from "../../../src/networks/index.js";
import {
  act,
  currentSigners,
  governedChain,
  idOf,
  open,
  type Proposal,
  passed,
  propose,
  rotateAction,
  setAction,
  simpleProposal,
  states,
  support,
  timing,
  tronSigner,
  vote,
} from "../../contracts/support/governance.js";
import { MIB } from "../../contracts/support/params.js";
import { type Outcome, type TestChain, users } from "../../contracts/support/testChain.js";

const START = 1_800_000_000n;
const created = lucidGovernorAbi.find((item) => item.type === "event" && item.name === "ProposalCreated");

/** The reader on the contracts themselves, with blocks that hold the proposals' events. */
class Harness {
  readonly chain: TestChain;
  readonly reader: GovernanceReader;
  readonly blocks: { readonly time: bigint; readonly receipts: readonly Receipt[] }[] = [];
  receiptsKept = true;
  calls = 0;

  private constructor(chain: TestChain) {
    this.chain = chain;
    const header = (height: number) => ({ header: { height, timestamp: this.blocks[height]?.time ?? 0n } }) as never;
    this.reader = new GovernanceReader({
      chain: {
        head: () => header(this.blocks.length - 1),
        earliestHeight: () => 0,
        blockByHeight: header,
        receipts: (height) => (this.receiptsKept ? this.blocks[height]?.receipts : undefined),
      },
      call: async (to, data) => {
        this.calls++;
        const answer = await this.chain.call(toHex(to), toHex(data));
        return answer.error === undefined ? fromHex(answer.data) : undefined;
      },
    });
  }

  static async create(): Promise<Harness> {
    const harness = new Harness(await governedChain());
    for (let time = START; time < harness.chain.time; time += 6n) harness.blocks.push({ time, receipts: [] });
    return harness;
  }

  /** Proposes in a block of its own, with others around it. */
  async propose(proposal: Proposal): Promise<void> {
    const outcome = await propose(this.chain, proposal);
    assert.equal(outcome.reason, undefined);
    this.blocks.push({ time: this.chain.time, receipts: [receiptOf(outcome)] });
    this.chain.time += 6n;
    for (let i = 0; i < 3; i++) this.blocks.push({ time: this.chain.time + BigInt(6 * i), receipts: [] });
    this.chain.time += 18n;
  }
}

function receiptOf({ events }: Outcome): Receipt {
  const inputs: readonly AbiParameter[] = created?.type === "event" ? created.inputs : [];
  const logs = events.map(({ args }) => ({
    address: fromHex(contractAddresses.LucidGovernor, 20),
    topics: [fromHex(toEventSelector(created?.type === "event" ? created : ""), 32)],
    data: fromHex(
      encodeAbiParameters(
        inputs,
        inputs.map(({ name = "" }) => args[name]),
      ),
    ),
  }));
  return { logs } as never;
}

describe("reader of governance", () => {
  it("knows the contract's states, and has the addresses and signers", async () => {
    assert.deepEqual(
      [...proposalStates],
      states.map((name) => name.toLowerCase()),
    );
    const { reader, chain } = await Harness.create();
    const signers = await reader.signers();
    assert.deepEqual(signers?.signers, DEVNET_SIGNERS);
    assert.equal(signers?.threshold, 2);
    assert.equal(toHex(signers?.digest ?? new Uint8Array()), (await currentSigners(chain)).digest);
    assert.deepEqual(await reader.times(), {
      votingDelay: Number(timing.delay),
      votingPeriod: Number(timing.period),
      grace: Number(timing.grace),
    });
    assert.deepEqual([await reader.count(), await reader.list(0, 20)], [0, []]);
    assert.equal(await reader.find(new Uint8Array(32)), undefined);
  });

  it("shows a proposal through its life, words and actions included", async () => {
    const harness = await Harness.create();
    const { chain, reader } = harness;
    const signers = [tronSigner("a"), tronSigner("b"), tronSigner("c")] as const;
    const proposal: Proposal = {
      actions: [setAction("maxChunkSize", 2n * MIB), rotateAction(1n, signers)],
      description: "Kleinere Stücke ✓ and others",
    };
    const proposedAt = Number(chain.time);
    await harness.propose(proposal);
    const id = fromHex((await idOf(chain, proposal)).toString(16).padStart(64, "0"), 32);
    const found = await reader.find(id);
    assert.deepEqual(
      [found?.state, found?.proposedAt, found?.description, found?.eta],
      ["active", proposedAt, proposal.description, 0],
    );
    assert.deepEqual(found?.actions, [
      { kind: "set", param: "maxChunkSize", value: 2n * MIB },
      { kind: "rotate", epoch: 1n, signers: signers.map((signer) => fromHex(signer)) },
    ]);
    assert.equal(toHex(found?.proposer ?? new Uint8Array()), users[0]);
    assert.deepEqual([found?.snapshot, found?.deadline], [proposedAt + 12, proposedAt + 72]);
    assert.equal(found?.quorum, 2n);
    await vote(chain, proposal, users[0] ?? "0x", support.for);
    await vote(chain, proposal, users[1] ?? "0x", support.against);
    assert.deepEqual((await reader.find(id))?.votes, { for: 2n, against: 1n, abstain: 0n });
    chain.time += timing.period;
    assert.equal((await reader.find(id))?.state, "succeeded");
    await act(chain, "queue", proposal);
    assert.equal((await reader.find(id))?.eta, Number(chain.time + timing.timelock));
    chain.time += timing.timelock;
    assert.equal((await act(chain, "execute", proposal)).error, undefined);
    assert.equal((await reader.find(id))?.state, "executed");
    assert.equal((await reader.signers())?.epoch, 1n);
    const before = harness.calls;
    await reader.find(id);
    assert.equal(harness.calls, before, "what is over is not read again");
  });

  it("lists the newest first, a page at a time, and does without words that are gone", async () => {
    const harness = await Harness.create();
    const { reader } = harness;
    for (const name of ["a", "b", "c"]) await harness.propose({ ...simpleProposal, description: name });
    const names = (await reader.list(0, 20)).map(({ description }) => description);
    assert.deepEqual(names, ["c", "b", "a"]);
    assert.deepEqual(
      (await reader.list(1, 1)).map(({ description }) => description),
      ["b"],
    );
    assert.deepEqual(await reader.list(3, 5), []);
    const pruned = await Harness.create();
    pruned.receiptsKept = false;
    await pruned.propose(simpleProposal);
    const [only] = await pruned.reader.list(0, 1);
    assert.deepEqual([only?.description, only?.actions.length], [undefined, 1]);
  });

  it("says no quorum before the vote is open", async () => {
    const { chain, reader } = await Harness.create();
    await propose(chain, simpleProposal);
    const [pending] = await reader.list(0, 1);
    assert.deepEqual([pending?.state, pending?.quorum], ["pending", undefined]);
    open(chain);
    await passed(chain, { ...simpleProposal, description: "another" });
    assert.equal((await reader.list(1, 1))[0]?.state, "defeated");
  });
});
