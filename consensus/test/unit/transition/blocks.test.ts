import assert from "node:assert/strict";
import { BitArray } from "@chainsafe/ssz";
import { hasCode } from "../../../src/base/errors.js";
import { chainConfig, shortTextOf } from "../../../src/config.js";
import { BlsSigner, BlsVerifier } from "../../../src/crypto/blst.js";
import { StandInSigner, StandInVerifier } from "../../../src/crypto/standIn.js";
import { ChainBuilder, simCheck, simExecute, simNetwork } from "../../../src/sim/index.js";
import { nextBaseFee } from "../../../src/transition/baseFee.js";
import { checkBlock, verifyBlock } from "../../../src/transition/blockPlan.js";
import { genesisState } from "../../../src/transition/genesisState.js";
import { type Block, Body, type CommitCertificate, type Header, NO_CERTIFICATE } from "../../../src/types/index.js";

const verifier = new StandInVerifier();

function builder(size = 4): ChainBuilder {
  return new ChainBuilder(
    simNetwork(size, "devnet", verifier, (seed) => new StandInSigner(seed)),
    verifier,
  );
}

function resealed(block: Block, body: Partial<Body>): Block {
  const changed = { ...block.body, ...body };
  return { header: { ...block.header, bodyRoot: Body.hashTreeRoot(changed) }, body: changed };
}

describe("blocks", () => {
  it("what is built passes the check, block after block, over epochs", () => {
    const chain = builder();
    for (let i = 0; i < 45; i++) {
      const parent = chain.tip;
      const block = chain.next({ transactions: [Uint8Array.of(i)] });
      const tip = simCheck(chain.network, parent, block, verifier);
      assert.deepEqual(tip?.root, chain.tip.root);
    }
    assert.equal(chain.tip.state.height, 45);
    assert.equal(chain.tip.state.epoch.epoch, 28);
  });

  it("with real signatures", () => {
    const bls = new BlsVerifier();
    const network = simNetwork(3, "devnet", bls, (seed) => new BlsSigner(Uint8Array.from(seed).fill(0, 0, 1)));
    const chain = new ChainBuilder(network, bls);
    for (let i = 0; i < 12; i++) {
      const parent = chain.tip;
      assert.ok(simCheck(network, parent, chain.next(), bls) !== undefined);
    }
  });

  it("every tampered header field is refused", () => {
    const chain = builder();
    chain.next();
    chain.next();
    const parent = chain.tip;
    const block = chain.next();
    const changes: Partial<Header>[] = [
      { forkVersion: 2 },
      { height: 4 },
      { slot: block.header.slot + 1 },
      { round: 1 },
      { timestamp: block.header.timestamp + 1n },
      { proposer: parent.header.proposer },
      { parentRoot: parent.header.parentRoot },
      { stateRoot: parent.header.stateRoot },
      { consensusRoot: parent.header.consensusRoot },
      { activeSetRoot: new Uint8Array(32) },
      { transactionsRoot: new Uint8Array(32) },
      { receiptsRoot: new Uint8Array(32).fill(1) },
      { withdrawalsRoot: new Uint8Array(32).fill(1) },
      { bodyRoot: new Uint8Array(32) },
      { logsBloom: new Uint8Array(256).fill(1) },
      { gasUsed: 21_000n },
      { gasUsed: 31_000_000n },
      { gasLimit: 29_000_000n },
      { baseFeePerGas: block.header.baseFeePerGas + 1n },
      { vrfProof: parent.header.vrfProof },
    ];
    for (const change of changes) {
      const tampered = { ...block, header: { ...block.header, ...change } };
      assert.equal(simCheck(chain.network, parent, tampered, verifier), undefined, Object.keys(change).join());
    }
    assert.ok(simCheck(chain.network, parent, block, verifier) !== undefined);
  });

  it("a certificate that is not the parent's, thin or of a later slot is refused", () => {
    const chain = builder();
    chain.next();
    const first = chain.tip;
    chain.next();
    const parent = chain.tip;
    const good = chain.certificate;
    const block = chain.next();
    const thin = chain.commit(first, parent, good.slot, 0, [0, 1]);
    const late = chain.commit(first, parent, block.header.slot, 0);
    const wrong: CommitCertificate[] = [
      NO_CERTIFICATE,
      thin,
      late,
      { ...good, height: 1 },
      { ...good, round: 1 },
      { ...good, blockRoot: first.root },
      { ...good, signers: BitArray.fromBitLen(4) },
      { ...good, signers: BitArray.fromBoolArray([true, true, true, true, true]) },
      { ...good, signature: new Uint8Array(96) },
    ];
    for (const parentCommit of wrong) {
      assert.throws(
        () => checkBlock(chain.network.config, parent, resealed(block, { parentCommit }), verifier),
        (error) => hasCode(error, "BAD_CERTIFICATE") || hasCode(error, "BAD_HEADER"),
      );
    }
  });

  it("height 1 carries the empty certificate and no other", () => {
    const chain = builder();
    const genesis = chain.tip;
    const block = chain.next();
    const parentCommit = { ...NO_CERTIFICATE, slot: 1 };
    assert.throws(
      () => checkBlock(chain.network.config, genesis, resealed(block, { parentCommit }), verifier),
      (error) => hasCode(error, "BAD_CERTIFICATE"),
    );
  });

  it("withdrawals that are not due are refused", () => {
    const chain = builder();
    for (let i = 0; i < 3; i++) chain.next();
    const parent = chain.tip;
    const block = chain.next();
    const forged = { index: 0n, validatorIndex: 0n, address: new Uint8Array(20), amount: 5n };
    assert.throws(
      () =>
        checkBlock(
          chain.network.config,
          parent,
          resealed(block, { withdrawals: [...block.body.withdrawals, forged] }),
          verifier,
        ),
      (error) => hasCode(error, "BAD_BODY"),
    );
  });

  it("a body over 2 MiB is refused", () => {
    const chain = builder();
    const parent = chain.tip;
    const block = chain.next();
    const transactions = Array.from({ length: 17 }, () => new Uint8Array(131_072));
    assert.throws(
      () => checkBlock(chain.network.config, parent, resealed(block, { transactions }), verifier),
      (error) => hasCode(error, "TOO_LARGE"),
    );
  });

  it("execution that gives other roots names the field", () => {
    const chain = builder();
    const parent = chain.tip;
    const block = chain.next();
    const plan = checkBlock(chain.network.config, parent, block, verifier);
    const outcome = { ...simExecute(parent, []), receiptsRoot: new Uint8Array(32).fill(9) };
    assert.throws(
      () => verifyBlock(chain.network.config, parent, block, plan, outcome, verifier),
      (error) => hasCode(error, "ROOT_MISMATCH") && String(error).includes("receiptsRoot"),
    );
  });

  it("checking changes nothing: the parent's state keeps its root", () => {
    const chain = builder();
    for (let i = 0; i < 9; i++) chain.next();
    const before = structuredClone(chain.tip.state);
    const parent = chain.tip;
    chain.next();
    chain.next();
    // Class instances (bit arrays) lose their prototype in a clone; the data is what counts.
    assert.deepEqual(structuredClone(parent.state), before);
  });
});

describe("base fee", () => {
  const gasLimit = 30_000_000n;
  it("follows EIP-1559 and stops at 1 gwei", () => {
    const fee = 1_000_000_000n;
    assert.equal(nextBaseFee({ gasUsed: 0n, gasLimit, baseFeePerGas: fee }), fee);
    assert.equal(nextBaseFee({ gasUsed: 15_000_000n, gasLimit, baseFeePerGas: 5n * fee }), 5n * fee);
    assert.equal(nextBaseFee({ gasUsed: 30_000_000n, gasLimit, baseFeePerGas: fee }), 1_125_000_000n);
    assert.equal(nextBaseFee({ gasUsed: 0n, gasLimit, baseFeePerGas: 8n * fee }), 7n * fee);
    // Values of the EIP's own arithmetic, floored.
    assert.equal(nextBaseFee({ gasUsed: 20_000_000n, gasLimit, baseFeePerGas: 3_333_333_333n }), 3_472_222_221n);
  });
});

describe("genesis", () => {
  const { genesis } = builder().network.config;

  it("a public network's slots are 120 s, whatever the file says", () => {
    for (const [preset, chainId] of [
      ["mainnet", 120_120n],
      ["testnet", 120_121n],
    ] as const) {
      for (const slotDuration of [6, 60, 119, 121]) {
        assert.throws(
          () => chainConfig({ ...genesis, preset: shortTextOf(preset), chainId, slotDuration }),
          (error) => hasCode(error, "BAD_GENESIS"),
        );
      }
      assert.equal(
        chainConfig({ ...genesis, preset: shortTextOf(preset), chainId, slotDuration: 120 }).clock.slotDuration,
        120_000,
      );
    }
  });

  it("nothing but the preset sets a public network's rules: its name cannot be lent to a devnet", () => {
    for (const [network, preset, chainId, slotDuration] of [
      ["mainnet", "devnet", 120_122n, 6],
      ["testnet", "devnet", 120_122n, 120],
      ["mainnet", "testnet", 120_121n, 120],
      ["devnet", "mainnet", 120_120n, 120],
    ] as const) {
      const names = { network: shortTextOf(network), preset: shortTextOf(preset) };
      assert.throws(
        () => chainConfig({ ...genesis, ...names, chainId, slotDuration }),
        (error) => hasCode(error, "BAD_GENESIS") && String(error).includes(network),
      );
    }
  });

  it("wrong fields are named", () => {
    const wrong = [
      { preset: shortTextOf("othernet") },
      { chainId: 1n },
      { slotDuration: 1 },
      { forkVersion: 9 },
      { validators: [] },
    ];
    for (const change of wrong) {
      assert.throws(
        () => chainConfig({ ...genesis, ...change }),
        (error) => hasCode(error, "BAD_GENESIS"),
      );
    }
  });

  it("a validator that does not hold its key, or holds two places, is refused", () => {
    const [first] = genesis.validators;
    assert.ok(first !== undefined);
    const forged = { ...first, operator: new Uint8Array(20).fill(1) };
    for (const validators of [[forged], [first, first]]) {
      assert.throws(
        () => genesisState(chainConfig({ ...genesis, validators }), verifier),
        (error) => hasCode(error, "BAD_GENESIS"),
      );
    }
  });
});
