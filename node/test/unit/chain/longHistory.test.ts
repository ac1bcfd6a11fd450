import assert from "node:assert/strict";
import { VoteKind } from "@lucid/consensus";
import { toHex } from "@lucid/consensus/base";
import { contractAddresses } from "@lucid/contracts";
import { checkDatabase, namespaces, prefixRange } from "@lucid/storage";
import { EMPTY_CODE_HASH, keccak256 } from "../../../src/state/keccak.js";
import { stateInvariants } from "../../../src/state/stateInvariants.js";
import { BuiltChain, type BuiltNetwork, builtNetwork, richWallets } from "../../support/builtChain.js";
import { candidateNode, DEVNET_BOND } from "../../support/candidateNode.js";
import { ChainReads } from "../../support/chainReads.js";
import { evidenceAgainst } from "../../support/doubleSigner.js";
import { seededRandom } from "../../support/random.js";
import { randomTransaction } from "../../support/randomCalls.js";
import { sessionAnchor } from "../../support/sessionAnchors.js";
import { GWEI, type TestWallet } from "../../support/wallet.js";

const BLOCKS = 150;
/** When the node that registered at height 5 signs two things, and is found out. */
const CAUGHT = 70;

/** Code of every account that has some. */
async function codeIn(reads: ChainReads): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { address, account } of reads.accounts()) {
    if (toHex(account.codeHash) !== toHex(EMPTY_CODE_HASH)) found.set(address, toHex(keccak256(reads.code(address))));
  }
  return found;
}

describe("a long random history through a full node", function () {
  this.timeout(120_000);
  let network: BuiltNetwork;
  let built: BuiltChain;
  let reads: ChainReads;
  let genesisCode: Map<string, string>;
  const sums = { rewards: 0n, fees: 0n, failed: 0, done: 0 };

  before(async () => {
    network = await builtNetwork({ validators: 4, slotDuration: 2 });
    built = await BuiltChain.open(network);
    reads = await ChainReads.open(built);
    genesisCode = await codeIn(reads);
  });

  after(async () => {
    await reads.stop();
    await built.stop();
  });

  it("total supply is genesis + rewards - burnt fees, to the wei, after every block", async () => {
    const random = seededRandom(20_261_127);
    const nonces = new Map<TestWallet, number>();
    const [owner, anchorer, ...others] = richWallets;
    assert.ok(owner !== undefined && anchorer !== undefined);
    const next = (wallet: TestWallet): number => {
      const nonce = nonces.get(wallet) ?? 0;
      nonces.set(wallet, nonce + 1);
      return nonce;
    };
    const node = candidateNode(1, owner);
    built.keys.add(node.signer);
    let expected = await reads.supply();
    assert.equal(expected, 8n * 100_000n * 10n ** 18n);
    for (let height = 1; height <= BLOCKS; height++) {
      const transactions = Array.from({ length: random.below(7) }, () => {
        const wallet = random.pick(others);
        return randomTransaction(random, wallet, next(wallet));
      });
      if (height % 9 === 0) transactions.push(sessionAnchor(anchorer, next(anchorer), height));
      if (height === 5) transactions.push(node.register(next(owner)));
      const { state } = built.tip;
      const vote = {
        kind: VoteKind.Precommit,
        height: height - 1,
        slot: state.slot,
        round: 0,
        blockRoot: built.tip.root,
      };
      const evidence =
        height === CAUGHT ? [evidenceAgainst(node.signer, node.nodeId, built.keys.context(vote.slot), vote)] : [];
      // Now and then a slot without a block, a round that failed, and voters that are missing.
      const skipped = random.below(12) === 0 ? 1 : 0;
      const slot = state.slot + 1 + skipped;
      await built.next({ transactions, evidence, slot, ...(random.below(8) === 0 ? { commitBy: [0, 1, 2] } : {}) });
      const block = built.chain.blockByHeight(height) ?? assert.fail();
      const rewards = block.body.withdrawals.reduce((sum, { amount }) => sum + amount * GWEI, 0n);
      const fees = block.header.gasUsed * block.header.baseFeePerGas;
      expected += rewards - fees;
      assert.equal(await reads.supply(), expected, `block ${height}`);
      sums.rewards += rewards;
      sums.fees += fees;
      for (const { status } of built.chain.receipts(height) ?? []) sums[status === 1 ? "done" : "failed"] += 1;
    }
    assert.ok(sums.rewards > 0n && sums.fees > 0n);
    assert.ok(sums.failed > 50 && sums.done > 50, `${sums.done} transactions worked, ${sums.failed} failed`);
  });

  it("what was earned is what was paid and what is still owed; nothing else is minted", () => {
    const { state } = built.tip;
    const sum = (list: readonly number[]) => list.reduce((total, one) => total + BigInt(one), 0n);
    assert.equal(sum(state.earned) * GWEI, sums.rewards + sum(state.unpaid) * GWEI);
  });

  it("the bond of the node that signed twice is burnt: it stays in the registry and nobody can take it", async () => {
    assert.ok((built.tip.state.nodes[4]?.jailedUntil ?? 0) > 0);
    assert.equal(await reads.read("NodeRegistry", "burntBonds"), DEVNET_BOND);
    for await (const { address, account } of reads.accounts())
      if (address === contractAddresses.NodeRegistry) assert.equal(account.balance, DEVNET_BOND);
  });

  it("the code on the chain is the genesis set: nothing came, nothing went, nothing changed", async () => {
    assert.deepEqual([...genesisCode.keys()].sort(), Object.values(contractAddresses).sort());
    assert.deepEqual(await codeIn(reads), genesisCode);
    const hashes = new Set<string>();
    for await (const [key, code] of built.store.entries(prefixRange(Uint8Array.of(namespaces.code)))) {
      hashes.add(toHex(key.subarray(1)));
      assert.equal(toHex(keccak256(code)), toHex(key.subarray(1)));
    }
    assert.deepEqual([...hashes].sort(), [...new Set(genesisCode.values())].sort());
    // The accounts that were walked are those of the trie whose root the header has.
    const { problems } = await checkDatabase(stateInvariants(built.store));
    assert.deepEqual(problems, []);
  });
});
