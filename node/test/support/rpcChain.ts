import {
  aggregateVotes,
  BlsSigner,
  BlsVerifier,
  Body,
  type CommitCertificate,
  chainConfig,
  EMPTY_BODY,
  Genesis,
  genesisState,
  type Header,
  headerRoot,
  NO_CERTIFICATE,
  nextBaseFee,
  nextMix,
  possessionMessage,
  shortTextOf,
  VoteKind,
  Voters,
  voteSigningRoot,
  ZERO_ROOT,
  ZERO_SIGNATURE,
} from "@lucid/consensus";
import { sha256, u32be } from "@lucid/consensus/base";
import { MemoryStore } from "@lucid/storage";
import { BlockStore, type FinalBlock, storedBlock } from "../../src/chain/blockStore.js";
import { Chain } from "../../src/chain/chain.js";
import { LocalCallRunner } from "../../src/execution/callRunner.js";
import { DatabaseStateReader } from "../../src/execution/databaseStateReader.js";
import { LocalExecutor } from "../../src/execution/localExecutor.js";
import { transactionHash } from "../../src/execution/transaction.js";
import { buildGenesisAlloc, type GenesisAccount } from "../../src/genesis/index.js";
import type { BlockEnvironment, BuildOutput, StoredBlock } from "../../src/interfaces.js";
import { genesisContractOptions } from "../../src/networks/index.js";
import { genesisStateRoot, initialiseState } from "../../src/state/index.js";
import { EMPTY_TRIE_ROOT } from "../../src/state/keccak.js";
import { TestPool } from "./testPool.js";
import { ETHER, GWEI, TEST_CHAIN_ID, TestWallet } from "./wallet.js";

export interface RpcChainOptions {
  readonly validators?: number;
  /** Blocks whose state is kept; 128 by default. */
  readonly keepBlocks?: number;
  /** Accounts beside the wallets and the genesis contracts. */
  readonly alloc?: readonly GenesisAccount[];
  /** Weight of a validator when it votes on a height above 1; where it changes, the voters change. */
  readonly weight?: (validator: number, height: number) => number;
}

interface Parts {
  readonly genesis: Genesis;
  readonly blocks: BlockStore;
  readonly chain: Chain;
  readonly state: DatabaseStateReader;
  readonly pool: TestPool;
  readonly executor: LocalExecutor;
  readonly calls: LocalCallRunner;
  readonly signers: readonly BlsSigner[];
  readonly voters: (height: number) => Voters;
}

const SLOT_SECONDS = 6;
const GENESIS_TIME = 1_800_000_000n;
const GAS_LIMIT = 30_000_000n;
const BODY_BYTES = 2 * 1024 * 1024;

export const wallets = Array.from({ length: 4 }, (_, i) => new TestWallet(i));

/**
 * A chain of the node's own parts (state, executor, block store, log index) on a store in memory, whose blocks are made
 * when a test says so and certified by real BLS keys. What it leaves out is the agreement.
 */
export class RpcChain {
  readonly verifier = new BlsVerifier();
  readonly parts: Parts;
  private mix: Uint8Array = ZERO_ROOT;
  private readonly mempool: TestPool;

  private constructor(parts: Parts) {
    this.parts = parts;
    this.mempool = parts.pool;
  }

  static async create(options: RpcChainOptions = {}): Promise<RpcChain> {
    const signers = Array.from(
      { length: options.validators ?? 1 },
      (_, i) => new BlsSigner(sha256(u32be(i)).fill(1, 0, 1)),
    );
    const balances = wallets.map(({ address }) => ({ address, balance: 1_000n * ETHER }));
    const contracts = genesisContractOptions({ preset: "devnet", slotDuration: 6, validators: [] });
    const made = await buildGenesisAlloc({ chainId: TEST_CHAIN_ID, balances, contracts });
    const alloc = [...made, ...(options.alloc ?? [])];
    const stateRoot = await genesisStateRoot(alloc);
    const genesis: Genesis = {
      forkVersion: 1,
      network: shortTextOf("devnet-test"),
      preset: shortTextOf("devnet"),
      chainId: BigInt(TEST_CHAIN_ID),
      genesisTime: GENESIS_TIME,
      slotDuration: SLOT_SECONDS,
      stateRoot,
      validators: signers.map((signer, i) => ({
        blsPublicKey: signer.publicKey,
        proofOfPossession: signer.sign(
          possessionMessage(BigInt(TEST_CHAIN_ID), signer.publicKey, new Uint8Array(20).fill(0xc0 + i)),
        ),
        peerId: sha256(u32be(i)),
        operator: new Uint8Array(20).fill(0xc0 + i),
      })),
    };
    const { members } = genesisState(chainConfig(genesis), new BlsVerifier()).voters;
    const voters = (height: number): Voters =>
      members.map((member, i) => ({
        ...member,
        weight: height === 1 ? member.weight : (options.weight?.(i, height) ?? member.weight),
      }));
    const store = new MemoryStore();
    const blocks = new BlockStore(store);
    const genesisRoot = Genesis.hashTreeRoot(genesis);
    const final = finalBlock(genesisHeader(genesisRoot, stateRoot, voters(1)), EMPTY_BODY, undefined, voters(1));
    await initialiseState(store, alloc, blocks.finalOps(final));
    const chain = new Chain(
      { chainId: TEST_CHAIN_ID, genesisRoot },
      { store, onListenerError: (error) => Promise.reject(error) },
    );
    const blockRoot = (height: number): Uint8Array => chain.blockByHeight(height)?.root ?? ZERO_ROOT;
    const executor = await LocalExecutor.open(
      { chainId: TEST_CHAIN_ID, keepBlocks: options.keepBlocks ?? 128, archive: false },
      { store, blockRoot },
    );
    const calls = await LocalCallRunner.create(TEST_CHAIN_ID, store, blockRoot);
    const state = new DatabaseStateReader({ store, calls, environment: (height) => environmentOf(chain, height) });
    const pool = new TestPool(state, () => chain.head().header.height);
    return new RpcChain({ genesis, blocks, chain, state, pool, executor, calls, signers, voters });
  }

  get genesisRoot(): Uint8Array {
    return this.parts.chain.genesisRoot;
  }

  /** Makes the next block of what waits in the pool, `skippedSlots` after the earliest slot. */
  async mine(skippedSlots = 0): Promise<StoredBlock> {
    const { chain, executor, voters, blocks } = this.parts;
    const parent = chain.head();
    const height = parent.header.height + 1;
    const slot = parent.header.slot + 1 + skippedSlots;
    const vrfProof = new Uint8Array(96).fill(height & 0xff);
    const prevRandao = nextMix(this.mix, vrfProof);
    const env: BlockEnvironment = {
      height,
      timestamp: GENESIS_TIME + BigInt(slot * SLOT_SECONDS),
      gasLimit: GAS_LIMIT,
      baseFeePerGas: nextBaseFee(parent.header),
      coinbase: this.parts.genesis.validators[0]?.operator ?? new Uint8Array(20),
      prevRandao,
    };
    const built = await executor.build({
      env,
      withdrawals: [],
      systemCalls: [],
      pending: this.mempool.pending(),
      gasTarget: GAS_LIMIT,
      byteTarget: BODY_BYTES,
    });
    const parentCommit = chain.commit(height - 1) ?? NO_CERTIFICATE;
    const body: Body = { ...EMPTY_BODY, parentCommit, transactions: [...built.transactions] };
    const header = sealedHeader(parent, env, slot, vrfProof, built, body, voters(height + 1));
    const final = finalBlock(header, body, built, voters(height + 1), env, this.certify(header));
    await executor.commit(built.candidate, blocks.finalOps(final));
    this.mix = prevRandao;
    chain.adopt(final.block);
    await this.mempool.onHead(final.block);
    return final.block;
  }

  /** Tells all listeners of the head again: a stream of blocks without the work of making them. */
  async announceAgain(): Promise<void> {
    this.parts.chain.adopt(this.parts.chain.head());
    await new Promise((resolve) => setImmediate(resolve));
  }

  async stop(): Promise<void> {
    await this.parts.executor.stop();
    await this.parts.calls.stop();
  }

  /** The commit certificate of all validators, or of those that are named. */
  certify(header: Header, by: readonly number[] = this.parts.signers.map((_, i) => i)): CommitCertificate {
    const { height, slot, round } = header;
    const blockRoot = headerRoot(header);
    const message = voteSigningRoot(
      { kind: VoteKind.Precommit, height, slot, round, blockRoot },
      { genesisRoot: this.genesisRoot, forkVersion: header.forkVersion },
    );
    const signatures = new Map<number, Uint8Array>();
    for (const index of by) {
      const signer = this.parts.signers[index];
      if (signer !== undefined) signatures.set(index, signer.sign(message));
    }
    return { height, slot, round, blockRoot, ...aggregateVotes(this.parts.signers.length, signatures, this.verifier) };
  }
}

function environmentOf(chain: Chain, height: number): BlockEnvironment {
  const { header } = chain.blockByHeight(height) ?? chain.head();
  return {
    height: header.height,
    timestamp: header.timestamp,
    gasLimit: header.gasLimit,
    baseFeePerGas: header.baseFeePerGas,
    coinbase: chain.coinbase(header.height),
    prevRandao: chain.prevRandao(header.height),
  };
}

function genesisHeader(genesisRoot: Uint8Array, stateRoot: Uint8Array, voters: Voters): Header {
  return {
    forkVersion: 1,
    height: 0,
    slot: 0,
    round: 0,
    timestamp: GENESIS_TIME,
    proposer: ZERO_ROOT,
    parentRoot: genesisRoot,
    stateRoot,
    consensusRoot: ZERO_ROOT,
    activeSetRoot: Voters.hashTreeRoot(voters),
    transactionsRoot: EMPTY_TRIE_ROOT,
    receiptsRoot: EMPTY_TRIE_ROOT,
    withdrawalsRoot: EMPTY_TRIE_ROOT,
    bodyRoot: Body.hashTreeRoot(EMPTY_BODY),
    logsBloom: new Uint8Array(256),
    gasUsed: 0n,
    gasLimit: GAS_LIMIT,
    baseFeePerGas: GWEI,
    vrfProof: ZERO_SIGNATURE,
  };
}

function sealedHeader(
  parent: StoredBlock,
  env: BlockEnvironment,
  slot: number,
  vrfProof: Uint8Array,
  built: BuildOutput,
  body: Body,
  nextVoters: Voters,
): Header {
  const { stateRoot, transactionsRoot, receiptsRoot, withdrawalsRoot, logsBloom, gasUsed } = built;
  return {
    ...parent.header,
    height: env.height,
    slot,
    timestamp: env.timestamp,
    parentRoot: parent.root,
    ...{ stateRoot, transactionsRoot, receiptsRoot, withdrawalsRoot, logsBloom, gasUsed },
    activeSetRoot: Voters.hashTreeRoot(nextVoters),
    bodyRoot: Body.hashTreeRoot(body),
    baseFeePerGas: env.baseFeePerGas,
    vrfProof,
  };
}

function finalBlock(
  header: Header,
  body: Body,
  built: BuildOutput | undefined,
  voters: Voters,
  env?: BlockEnvironment,
  commit?: CommitCertificate,
): FinalBlock {
  return {
    block: storedBlock({ header, body }),
    receipts: built?.receipts ?? [],
    transactionHashes: body.transactions.map(transactionHash),
    senders: built?.senders ?? [],
    coinbase: env?.coinbase ?? new Uint8Array(20),
    prevRandao: env?.prevRandao ?? ZERO_ROOT,
    commit,
    voters,
    consensusState: new Uint8Array(1),
  };
}
