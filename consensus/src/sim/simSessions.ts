import { concatBytes, u32be } from "../base/bytes.js";
import { sha256 } from "../base/hash.js";
import { assignedTo } from "../challenges/assignment.js";
import { challengedLeaf } from "../challenges/draw.js";
import type { AnchorLedger, ListedSession, SessionList } from "../challenges/sessionList.js";
import type { ChainConfig } from "../config.js";
import { forkVersionAt } from "../config.js";
import { relaySigningRoot, storageSigningRoot } from "../crypto/signing.js";
import type { Signer } from "../crypto/types.js";
import { chunkRootOfTree, LEAF_SIZE, leafCount } from "../proofs/chunkRoot.js";
import { hashLeaf, hashNode } from "../proofs/merkleTree.js";
import { buildChunkProof, sessionRoot } from "../proofs/sessionTree.js";
import type { ChallengeSet, ConsensusState } from "../types/state.js";
import { type RelayReceipt, type RelayTask, StorageProof, type StorageTask } from "../types/task.js";

/**
 * A blob all of whose leaves are the same 4 KiB, made from a name: its proofs are true ones, and cost a few hashes where those
 * of a blob of 8 MiB cost thousands. The length is a multiple of 4 KiB.
 */
export class UniformBlob {
  readonly length: number;
  readonly leaf: Uint8Array;
  readonly root: Uint8Array;
  /** Root of a tree of so many leaves. */
  private readonly roots = new Map<number, Uint8Array>();

  constructor(name: Uint8Array, leaves: number) {
    this.length = leaves * LEAF_SIZE;
    this.leaf = new Uint8Array(LEAF_SIZE);
    for (let at = 0; at < LEAF_SIZE; at += 32) this.leaf.set(sha256(name).subarray(0, 32), at);
    this.roots.set(1, hashLeaf(this.leaf));
    this.root = chunkRootOfTree(this.length, this.tree(leaves));
  }

  /** Inclusion path of a leaf, from its sibling upwards. */
  path(index: number): Uint8Array[] {
    const down: Uint8Array[] = [];
    let [at, size] = [index, leafCount(this.length)];
    while (size > 1) {
      const left = split(size);
      const isLeft = at < left;
      down.push(this.tree(isLeft ? size - left : left));
      [at, size] = isLeft ? [at, left] : [at - left, size - left];
    }
    return down.reverse();
  }

  private tree(leaves: number): Uint8Array {
    let root = this.roots.get(leaves);
    if (root === undefined) {
      const left = split(leaves);
      root = hashNode(this.tree(left), this.tree(leaves - left));
      this.roots.set(leaves, root);
    }
    return root;
  }
}

/** The largest power of two below n. */
function split(n: number): number {
  return 2 ** Math.floor(Math.log2(n - 1));
}

interface SimSession extends ListedSession {
  paidUntil: number;
  readonly chunks: readonly UniformBlob[];
}

/** LucidAnchors as a list, with the chunks of its sessions: what an honest holder of everything could answer. */
export class SimSessions implements SessionList {
  private readonly sessions: SimSession[] = [];
  private total = 0;

  /** @param registeredAt Unix seconds of the block; @returns its number */
  register(chunks: readonly UniformBlob[], registeredAt: number, paidUntil = Number.MAX_SAFE_INTEGER): number {
    this.sessions.push({
      merkleRoot: sessionRoot(chunks.map(({ root }) => root)),
      chunkCount: chunks.length,
      firstChunk: this.total,
      registeredAt,
      paidUntil,
      chunks,
    });
    this.total += chunks.length;
    return this.sessions.length;
  }

  /** A session of so many chunks of so many leaves each, all different. */
  registerNew(name: string, chunks: number, leaves: number, registeredAt: number): number {
    const label = new TextEncoder().encode(name);
    return this.register(
      Array.from({ length: chunks }, (_, i) => new UniformBlob(concatBytes(label, u32be(i)), leaves)),
      registeredAt,
    );
  }

  ledger(): AnchorLedger {
    return { count: this.sessions.length, totalChunks: this.total, firstNumber: 1, firstChunk: 0 };
  }

  firstChunk(number: number): number {
    return this.session(number).firstChunk;
  }

  session(number: number): SimSession {
    return this.sessions[number - 1] ?? { ...NOTHING };
  }

  /** In the order of their numbers. */
  all(): readonly (ListedSession & { readonly chunks: readonly UniformBlob[] })[] {
    return this.sessions;
  }

  /** What is paid for until then. */
  end(number: number, paidUntil: number): void {
    this.session(number).paidUntil = paidUntil;
  }

  /** The blob of a challenged chunk. */
  chunk({ items }: ChallengeSet, challenge: number): UniformBlob {
    const item = items[challenge];
    const blob = item === undefined ? undefined : this.session(item.session).chunks[item.chunk];
    return blob ?? new UniformBlob(new Uint8Array(), 1);
  }

  /**
   * What the holders of the chunks answer to the challenges that are open on a state, each node once.
   * @param holds default: everybody has what belongs to it
   */
  answers(
    config: ChainConfig,
    state: ConsensusState,
    signerOf: (nodeId: Uint8Array) => Signer,
    holds: (node: number, chunkRoot: Uint8Array) => boolean = () => true,
  ): StorageTask[] {
    const tasks: StorageTask[] = [];
    for (const set of state.challenges) {
      for (const [i, item] of set.items.entries()) {
        const { root } = this.chunk(set, i);
        for (const { node, nodeId } of assignedTo(state, set.epoch, item, root, config.params)) {
          if (item.answered.includes(node) || !holds(node, root)) continue;
          tasks.push(this.answer(config, set, i, node, signerOf(nodeId)));
        }
      }
    }
    return tasks;
  }

  /** A right answer. */
  answer(config: ChainConfig, set: ChallengeSet, challenge: number, node: number, signer: Signer): StorageTask {
    const item = set.items[challenge];
    const blob = this.chunk(set, challenge);
    const roots = this.session(item?.session ?? 0).chunks.map(({ root }) => root);
    const proof: StorageProof = {
      leaf: blob.leaf,
      leafPath: blob.path(challengedLeaf(set.seed, challenge, blob.length)),
      chunkPath: [...buildChunkProof(roots, item?.chunk ?? 0).path],
    };
    return signAnswer(config, set, { node, challenge, blobLength: blob.length, proof }, signer);
  }
}

const NOTHING: SimSession = {
  merkleRoot: new Uint8Array(32),
  chunkCount: 0,
  firstChunk: 0,
  registeredAt: 0,
  paidUntil: 0,
  chunks: [],
};

export interface AnswerParts {
  /** Index in the registry. */
  readonly node: number;
  readonly challenge: number;
  readonly blobLength: number;
  readonly proof: StorageProof;
}

/** Signs whatever it is given as an answer. */
export function signAnswer(config: ChainConfig, set: ChallengeSet, parts: AnswerParts, signer: Signer): StorageTask {
  const { node, challenge, blobLength, proof } = parts;
  const proofRoot = StorageProof.hashTreeRoot(proof);
  const answer = { node, height: set.height, challenge, blobLength: BigInt(blobLength), proofRoot };
  const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, set.slot) };
  return { ...answer, signature: signer.sign(storageSigningRoot(answer, context)), proof: [proof] };
}

/** A receipt as its downloader signs it in a slot of the epoch. */
export function signReceipt(config: ChainConfig, receipt: RelayReceipt, slot: number, signer: Signer): RelayTask {
  const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, slot) };
  return { receipt, signature: signer.sign(relaySigningRoot(receipt, context)) };
}
