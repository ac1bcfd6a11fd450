import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { BlsVerifier, type CertifiedBlock, headerRoot } from "@lucid/consensus";
import { hasCode, toHex } from "@lucid/consensus/base";
import { MemoryStore, StorageError } from "@lucid/storage";
import type { BlockChecker, CheckAnswer, CheckRequest } from "../../src/driver/blockChecks.js";
import { checkBlocks } from "../../src/driver/checkBlocks.js";
import { WorkerBlockChecker } from "../../src/driver/workerBlockChecker.js";
import { NodeError } from "../../src/errors.js";
import { BuiltChain, type BuiltNetwork, builtNetwork, richWallets } from "../support/builtChain.js";
import { candidateNode } from "../support/candidateNode.js";
import { sessionAnchor } from "../support/sessionAnchors.js";

const BLOCKS = 70;
/** Of the block that registers a node. */
const REGISTRATION = 21;

/** Counts what it is asked; on this thread. */
class CountingChecker implements BlockChecker {
  requests = 0;
  aggregates = 0;
  transactions = 0;

  async check(request: CheckRequest): Promise<CheckAnswer> {
    this.requests++;
    this.aggregates += request.aggregates.length;
    this.transactions += request.transactions.length;
    return checkBlocks(request);
  }
}

describe("blocks that are checked ahead", function () {
  this.timeout(60_000);
  let network: BuiltNetwork;
  let source: BuiltChain;
  let blocks: CertifiedBlock[] = [];
  const opened: BuiltChain[] = [];

  before(async () => {
    network = await builtNetwork({ validators: 4, slotDuration: 2 });
    source = await BuiltChain.open(network);
    const [owner, operator] = richWallets;
    assert.ok(owner !== undefined && operator !== undefined);
    const node = candidateNode(1, operator);
    source.keys.add(node.signer);
    await source.extend(BLOCKS, (height) => [
      ...(height === REGISTRATION ? [node.register(0)] : []),
      ...(height % 2 === 0 ? [sessionAnchor(owner, height / 2 - 1, height)] : []),
    ]);
    blocks = Array.from({ length: BLOCKS }, (_, index) => source.served(index + 1));
    opened.push(source);
  });
  after(() => Promise.all(opened.map((chain) => chain.stop())));

  async function follower(checker?: BlockChecker, store = new MemoryStore()): Promise<BuiltChain> {
    const chain = await BuiltChain.open(network, store, checker);
    opened.push(chain);
    return chain;
  }

  /** Until there is a fault, or no block left. */
  async function imported({ processor, chain }: BuiltChain, list = blocks): Promise<string | undefined> {
    for (;;) {
      const { height } = chain.head().header;
      const { fault } = await processor.importBlocks(list.slice(height, height + 64));
      if (fault !== undefined || chain.head().header.height === list.length) return fault;
    }
  }

  async function contents(store: MemoryStore): Promise<string[]> {
    const all: string[] = [];
    for await (const [key, value] of store.entries()) all.push(`${toHex(key)} ${toHex(value)}`);
    return all;
  }

  it("leave the same database as those that are checked one by one, also where a node registers on the way", async () => {
    const [ahead, single] = [new MemoryStore(), new MemoryStore()];
    const checker = new CountingChecker();
    const chain = await follower(checker, ahead);
    const heights: number[] = [];
    chain.chain.onBlock(({ header, root }) => {
      assert.equal(toHex(chain.processor.tip.root), toHex(root), "the head and its state come together");
      heights.push(header.height);
    });
    assert.equal(await imported(chain), undefined);
    assert.equal(await imported(await follower(undefined, single)), undefined);
    assert.equal(toHex(chain.tip.root), toHex(source.tip.root));
    assert.equal(chain.tip.state.nodes.length, 5);
    assert.deepEqual(
      heights,
      blocks.map((_, index) => index + 1),
    );
    assert.deepEqual(await contents(ahead), await contents(single));
    // The source has waited for the disk after each block before it began with the next one.
    assert.deepEqual(await contents(ahead), await contents(source.store as MemoryStore));
    // Certificate, VRF and beacons of each, and each once; not the beacons with which the new node joins in.
    assert.ok(checker.aggregates >= 3 * BLOCKS - 30 && checker.aggregates <= 3 * BLOCKS + 10, `${checker.aggregates}`);
    assert.equal(checker.transactions, BLOCKS / 2 + 1);
  });

  it("a write that fails while the next block is checked is told as the reason, and the blocks before it are whole", async () => {
    const FULL = 9;
    let writes = 0;
    class FullDisk extends MemoryStore {
      override async batch(...args: Parameters<MemoryStore["batch"]>): Promise<void> {
        // A turn of the event loop, as a disk takes; genesis is the first one.
        await setImmediate();
        if (writes++ > FULL) throw new StorageError({ code: "DISK_FULL", message: "no space left" });
        return super.batch(...args);
      }
    }
    const store = new FullDisk();
    const chain = await follower(new CountingChecker(), store);
    writes = 1;
    await assert.rejects(imported(chain), (error) => hasCode(error, "DISK_FULL"));
    assert.equal(chain.chain.head().header.height, FULL, "nobody heard of the block that is not on disk");
    writes = 0;
    const again = await BuiltChain.open(network, store);
    opened.push(again);
    assert.equal(again.height, FULL);
    writes = Number.NEGATIVE_INFINITY;
    assert.equal(await imported(again), undefined);
    assert.equal(toHex(again.tip.root), toHex(source.tip.root));
  });

  it("the root of one that is being written is known to who executes the next one, and the block to nobody", async () => {
    const { chain } = await follower();
    const root = blocks[0]?.certificate.blockRoot ?? assert.fail();
    assert.equal(chain.rootAt(1), undefined);
    chain.foresee(1, root);
    assert.equal(toHex(chain.rootAt(1) ?? assert.fail()), toHex(root));
    assert.equal(chain.blockByHeight(1), undefined);
    assert.equal(chain.head().header.height, 0);
  });

  it("are checked by the other thread, which is started anew when it has ended", async () => {
    const checker = new WorkerBlockChecker();
    const chain = await follower(checker);
    await chain.processor.importBlocks(blocks.slice(0, 16));
    // As when it had been idle.
    await (checker as unknown as { end(): Promise<void> }).end();
    assert.equal(await imported(chain), undefined);
    assert.equal(toHex(chain.tip.root), toHex(source.tip.root));
    await checker.stop();
    await assert.rejects(checker.check({ keys: [], aggregates: [], transactions: [] }), (error) =>
      hasCode(error, "EXECUTOR_STOPPED"),
    );
  });

  it("are checked one by one where nobody can tell", async () => {
    let asked = 0;
    const chain = await follower({
      check() {
        asked++;
        return Promise.reject(new NodeError({ code: "WORKER_FAILED", message: "gone" }));
      },
    });
    assert.equal(await imported(chain), undefined);
    assert.equal(toHex(chain.tip.root), toHex(source.tip.root));
    assert.ok(asked <= BLOCKS / 2, `${asked} times`);
  });

  const AT = 29;
  const changed = (change: (entry: CertifiedBlock) => CertifiedBlock): CertifiedBlock[] =>
    blocks.with(AT, change(blocks[AT] ?? assert.fail()));

  it("end at the one whose certificate is not signed, which costs no more than its neighbours", async () => {
    const checker = new CountingChecker();
    const chain = await follower(checker);
    const signature = blocks[0]?.certificate.signature ?? assert.fail();
    const list = changed(({ block, certificate }) => ({ block, certificate: { ...certificate, signature } }));
    assert.equal(await imported(chain, list), "a block without the signatures of a quorum");
    assert.equal(chain.height, AT);
    assert.ok(checker.requests <= 16, `${checker.requests} requests`);
    assert.equal(await imported(chain), undefined);
    assert.equal(toHex(chain.tip.root), toHex(source.tip.root));
  });

  it("end at the one whose body was changed", async () => {
    const chain = await follower(new CountingChecker());
    const list = changed(({ block, certificate }) => ({
      certificate,
      block: { header: block.header, body: { ...block.body, transactions: [new Uint8Array(100)] } },
    }));
    assert.equal(await imported(chain, list), "a body of another block");
    assert.equal(chain.height, AT);
  });

  /** A quorum of liars: what only a node that checks everything finds. */
  const forged: Readonly<Record<string, (entry: CertifiedBlock) => CertifiedBlock["block"]>> = {
    "a wrong VRF proof": ({ block }) => ({
      ...block,
      header: { ...block.header, vrfProof: blocks[0]?.block.header.vrfProof ?? assert.fail() },
    }),
    "a wrong state root": ({ block }) => ({ ...block, header: { ...block.header, stateRoot: new Uint8Array(32) } }),
  };
  for (const [what, forge] of Object.entries(forged)) {
    it(`stop the node when a quorum has signed ${what}`, async () => {
      const chain = await follower(new CountingChecker());
      const before = await follower();
      assert.equal(await imported(before, blocks.slice(0, AT)), undefined);
      const list = changed((entry) => {
        const block = forge(entry);
        const { slot, round } = entry.certificate;
        return { block, certificate: before.keys.commit(before.tip, headerRoot(block.header), { slot, round }) };
      });
      await assert.rejects(imported(chain, list.slice(0, AT + 1)), (error) => hasCode(error, "NODE_FAILED"));
      assert.equal(chain.height, AT);
    });
  }

  it("need senders that are right: a signature that belongs to nobody has none", () => {
    const [transaction] = blocks[1]?.block.body.transactions ?? [];
    assert.ok(transaction !== undefined);
    const broken = transaction.slice(0, -1);
    const { verified, senders } = checkBlocks({ keys: [], aggregates: [], transactions: [transaction, broken] });
    assert.ok(verified);
    assert.equal(toHex(senders[0] ?? assert.fail()), toHex(richWallets[0]?.address ?? assert.fail()));
    assert.equal(senders[1], undefined);
    const item = { signers: Uint32Array.of(5), message: new Uint8Array(32), signature: new Uint8Array(96) };
    assert.ok(!checkBlocks({ keys: [], aggregates: [item], transactions: [] }).verified);
    assert.ok(new BlsVerifier().verifyEvery([]));
  });
});
