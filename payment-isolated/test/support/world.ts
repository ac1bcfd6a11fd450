/** An emulated chain, nodes, contracts, keys and engines over one store, in virtual time. */
import { signRecoverable } from "tiny-secp256k1";
import type { Clock } from "../../src/clock.js";
import { addressFromHex, addressToHex } from "../../src/domain/address.js";
import type { Kyc, PayoutDoc, Route } from "../../src/domain/documents.js";
import { PayoutBook } from "../../src/engine/book.js";
import type { EngineEvent } from "../../src/engine/context.js";
import { Engine } from "../../src/engine/engine.js";
import { type EngineConfig, engineConfigSchema } from "../../src/engine/engineConfig.js";
import { permissionsFor } from "../../src/engine/taskStep.js";
import { PayoutError } from "../../src/errors.js";
import type { PayoutSigner, SignRequest } from "../../src/signers/signer.js";
import { MemoryMedium } from "../../src/store/journalMedium.js";
import { JournalStore } from "../../src/store/journalStore.js";
import type { Store } from "../../src/store/store.js";
import { routerV0 } from "../../src/tron/contracts.js";
import { TronNode } from "../../src/tron/node.js";
import { NodePool } from "../../src/tron/nodePool.js";
import {
  type FastContracts,
  FastLedger,
  kycDigest,
  type Ledger,
  type LedgerLog,
  NodeView,
  TronChain,
} from "../emulator/index.js";
import type { Moments } from "./crasher.js";
import { addressOf, sha } from "./fixtures.js";
import { keyOf, type TestKey } from "./keys.js";
import { signDigest } from "./kycSigner.js";

export class VirtualClock implements Clock {
  readonly #chain: TronChain;
  /** Local time runs a little behind the head, as a block was made some time ago. */
  offset = 1000;

  constructor(chain: TronChain) {
    this.#chain = chain;
  }
  now(): number {
    return this.#chain.head.timestamp + this.offset;
  }
  async sleep(): Promise<void> {}
}

export class LocalSigner implements PayoutSigner {
  readonly name: string;
  readonly address: string;
  readonly #key: TestKey;
  calls = 0;
  down = false;
  refuses = false;

  constructor(name: string, key: TestKey) {
    this.name = name;
    this.address = key.address;
    this.#key = key;
  }
  async sign(request: SignRequest): Promise<string> {
    this.calls += 1;
    if (this.down) throw new PayoutError("SIGNER_UNREACHABLE", "it is off");
    if (this.refuses) throw new PayoutError("SIGNER_REFUSED", "its person said no");
    return signFast(request.txid, this.#key.privateKey);
  }
  async close(): Promise<void> {}
}

/** As signTxid, by WebAssembly: simulations sign a hundred thousand times. A test holds the two equal. */
export function signFast(txid: string, privateKey: Uint8Array): string {
  const { signature, recoveryId } = signRecoverable(Buffer.from(txid, "hex"), privateKey);
  return `${Buffer.from(signature).toString("hex")}${(27 + recoveryId).toString(16)}`;
}

export const signerKeys = ["signer one", "signer two", "signer three"].map(keyOf) as [TestKey, TestKey, TestKey];
export const complianceKey = keyOf("compliance");
export const operator = addressOf("operator");

export const fastContracts: FastContracts = {
  routerV0: sha("router v0").slice(0, 40),
  routerKyc: sha("router kyc").slice(0, 40),
  registry: sha("registry").slice(0, 40),
  usdt: sha("usdt").slice(0, 40),
  disburser: addressToHex(operator).slice(2),
  complianceSigner: addressToHex(complianceKey.address).slice(2),
  chainId: 3448148188,
};

/** The KYC router tells of an id twice: that it was checked, and that it was paid. */
const PAID_TOPIC = routerV0.getEvent("Paid")?.topicHash.slice(2);

export interface WorldOptions {
  readonly nodes?: number;
  readonly config?: Partial<EngineConfig>;
  readonly ledger?: { readonly ledger: Ledger; readonly contracts: FastContracts };
  readonly store?: Store;
  readonly operatorSun?: number;
}

export class World {
  readonly chain: TronChain;
  readonly clock: VirtualClock;
  readonly views: NodeView[];
  readonly contracts: FastContracts;
  readonly config: EngineConfig;
  readonly medium = new MemoryMedium();
  readonly signers = signerKeys.map((key, index) => new LocalSigner(`s${index + 1}`, key));
  readonly events: EngineEvent[] = [];
  store: Store;
  #engines = 0;
  #counted = 0;
  readonly #solidPaid = new Map<string, number>();

  constructor(options: WorldOptions = {}) {
    this.contracts = options.ledger?.contracts ?? fastContracts;
    const ledger = options.ledger?.ledger ?? new FastLedger(fastContracts);
    this.chain = new TronChain({ ledger });
    const account = this.chain.createAccount(addressToHex(operator), options.operatorSun ?? 1_000_000_000_000);
    const set = { epoch: 0, signers: signerKeys.map(({ address }) => address), threshold: 2 as const };
    setPermissions(account, permissionsFor(set));
    if (ledger instanceof FastLedger) {
      ledger.fund(fastContracts.routerV0, 1_000_000_000_000n);
      ledger.fund(fastContracts.routerKyc, 1_000_000_000_000n);
    }
    this.clock = new VirtualClock(this.chain);
    this.views = Array.from({ length: options.nodes ?? 1 }, (_, index) => new NodeView(`node${index + 1}`, this.chain));
    const at = (hex: string) => addressFromHex(hex);
    this.config = engineConfigSchema.parse({
      contracts: {
        routerV0: at(this.contracts.routerV0),
        routerKyc: at(this.contracts.routerKyc),
        registry: at(this.contracts.registry),
        usdt: at(this.contracts.usdt),
      },
      operator: { address: operator, signers: set },
      staking: { mode: "off" },
      ...options.config,
    });
    this.store = options.store ?? new JournalStore({ medium: this.medium });
  }

  get ledger(): FastLedger {
    return this.chain.ledger as FastLedger;
  }
  get book(): PayoutBook {
    return new PayoutBook({ store: this.store, clock: this.clock, policy: this.config.policy });
  }

  /** Another set of keys for the account and for the configuration, before anything is paid. */
  setSigners(set: EngineConfig["operator"]["signers"]): void {
    const account = this.chain.account(addressToHex(operator));
    if (account !== undefined) setPermissions(account, permissionsFor(set));
    Object.assign(this.config.operator, { signers: set });
  }

  async start(): Promise<this> {
    await this.store.start();
    await this.chain.produce(25);
    return this;
  }

  pool(moments?: Moments): NodePool {
    return new NodePool({
      nodes: this.views.map((view) => new TronNode(moments?.transport(view) ?? view)),
      clock: this.clock,
      onDisagreement: (detail) => this.events.push({ type: "disagreement", detail }),
    });
  }

  /** With moments, everything that it does can be interrupted. */
  engine(moments?: Moments, signers: readonly PayoutSigner[] = this.signers): Engine {
    this.#engines += 1;
    return new Engine(
      {
        store: moments?.store(this.store) ?? this.store,
        pool: this.pool(moments),
        clock: this.clock,
        config: this.config,
        // The list itself: signers that a test adds later are seen.
        signers: moments === undefined ? signers : this.signers.map((signer) => moments.signer(signer)),
        emit: (event) => this.events.push(event),
      },
      `engine${this.#engines}`,
    );
  }

  /** The journal as a new process would find it. */
  async restartStore(): Promise<void> {
    await this.store.stop();
    this.store = new JournalStore({ medium: this.medium });
    await this.store.start();
  }

  async request(
    name: string,
    change: { amount?: bigint; to?: string; route?: Route; kyc?: Kyc } = {},
  ): Promise<PayoutDoc> {
    const { payout } = await this.book.request({
      payoutId: sha(name),
      route: change.route ?? "V0",
      to: change.to ?? addressOf(`payee ${name}`),
      amount: change.amount ?? 12_000_000n,
      kyc: change.kyc,
      requestedBy: "requester",
    });
    return payout;
  }

  async approved(name: string, change: Parameters<World["request"]>[1] = {}): Promise<PayoutDoc> {
    const { payoutId } = await this.request(name, change);
    return this.book.approve(payoutId, "approver");
  }

  kyc(payout: { payoutId: string; to: string; amount: bigint; expiry?: number }): Kyc {
    const expiry = payout.expiry ?? Math.floor(this.clock.now() / 1000) + 7 * 24 * 3600;
    const kycHash = sha(`kyc ${payout.payoutId}`);
    const nonce = sha(`nonce ${payout.payoutId} ${expiry}`);
    const digest = kycDigest(this.contracts.routerKyc, this.contracts.chainId, {
      id: `0x${payout.payoutId}`,
      to: `0x${addressToHex(payout.to).slice(2)}`,
      amount: payout.amount,
      kycHash: `0x${kycHash}`,
      expiry: BigInt(expiry),
      nonce: `0x${nonce}`,
    });
    return { kycHash, expiry, nonce, signature: signDigest(digest, complianceKey) };
  }

  async get(name: string): Promise<PayoutDoc> {
    return this.book.get(sha(name));
  }

  /** Blocks and passes in turn until the condition holds. */
  async run(engine: Engine, until: () => Promise<boolean> | boolean, limit = 400): Promise<void> {
    for (let round = 0; round < limit; round++) {
      if (await until()) return;
      await engine.runOnce();
      await this.chain.produce();
    }
    throw new PayoutError("INTERNAL", `not reached in ${limit} blocks: ${JSON.stringify(await this.summary())}`);
  }

  async summary(): Promise<unknown> {
    const found = await this.store.find({ kind: "payout", limit: 50 });
    return found.map(({ state, reason, troubles, history }) => ({
      state,
      reason: reason?.code,
      text: reason?.text,
      troubles,
      attempts: history.length,
    }));
  }

  /** Sets the operator's TRX in sun; gives what it was. */
  setBalance(sun: number): number {
    const account = this.chain.account(addressToHex(operator));
    if (account === undefined) throw new PayoutError("INTERNAL", "no operator");
    const before = account.balance;
    account.balance = sun;
    return before;
  }

  /** Successful payments of an id that are on the chain now. */
  transfers(payoutId: string): number {
    const solid = this.chain.solidNumber;
    for (; this.#counted < solid; this.#counted++) this.#count(this.#counted + 1, this.#solidPaid);
    const recent = new Map<string, number>();
    for (let number = solid + 1; number <= this.chain.head.number; number++) this.#count(number, recent);
    return (this.#solidPaid.get(payoutId) ?? 0) + (recent.get(payoutId) ?? 0);
  }

  #count(number: number, into: Map<string, number>): void {
    for (const receipt of this.chain.block(number)?.receipts.values() ?? []) {
      for (const { topics, address } of (receipt["log"] as LedgerLog[] | undefined) ?? []) {
        const id = topics[1];
        const router = address === this.contracts.routerV0 || address === this.contracts.routerKyc;
        if (router && id !== undefined && topics[0] === PAID_TOPIC) into.set(id, (into.get(id) ?? 0) + 1);
      }
    }
  }
}

export function setPermissions(
  account: ReturnType<TronChain["createAccount"]>,
  intent: ReturnType<typeof permissionsFor>,
): void {
  const make = (spec: (typeof intent)["owner"], type: number, id: number) => ({
    type,
    id,
    name: spec.name,
    threshold: spec.threshold,
    operations: spec.operations ?? "",
    keys: spec.keys.map((address) => ({ address: addressToHex(address), weight: 1 })),
  });
  account.owner = make(intent.owner, 0, 0);
  account.actives = intent.actives.map((spec, index) => make(spec, 2, index + 2));
}
