import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { addressToHex } from "../../../src/domain/address.js";
import type { TransactionIntent } from "../../../src/domain/intent.js";
import { hasCode } from "../../../src/errors.js";
import {
  buildTransaction,
  frameFrom,
  signedTransactionHex,
  signerOf,
  signTxid,
  type TransactionFrame,
} from "../../../src/tron/transactions.js";
import {
  type ContractType,
  type ContractValue,
  decodeSigned,
  encodeRaw,
  encodeSigned,
} from "../../emulator/tronProto.js";
import { addressOf, sha } from "../../support/fixtures.js";
import { keyOf } from "../../support/keys.js";
import { signFast } from "../../support/world.js";

const owner = addressOf("operator");
const other = addressOf("other");
const bytes = (address: string) => Buffer.from(addressToHex(address), "hex");

/** The same transaction as the independent encoder wants it. */
function reference(intent: TransactionIntent): { type: ContractType; value: ContractValue; feeLimit: number } {
  const owner_address = bytes(owner);
  const resource = "resource" in intent && intent.resource === "ENERGY" ? 1 : 0;
  const make = (type: ContractType, value: Partial<ContractValue> = {}, feeLimit = 0) => ({
    type,
    value: { owner_address, ...value },
    feeLimit,
  });
  switch (intent.type) {
    case "call":
      return make(
        "TriggerSmartContract",
        { contract_address: bytes(intent.contract), data: Buffer.from(intent.data, "hex") },
        intent.feeLimit,
      );
    case "transfer":
      return make("TransferContract", { to_address: bytes(intent.to), amount: intent.amountSun });
    case "freeze":
      return make("FreezeBalanceV2Contract", { frozen_balance: intent.amountSun, resource });
    case "unfreeze":
      return make("UnfreezeBalanceV2Contract", { unfreeze_balance: intent.amountSun, resource });
    case "delegate":
      return make("DelegateResourceContract", {
        receiver_address: bytes(intent.to),
        balance: intent.amountSun,
        resource,
      });
    case "undelegate":
      return make("UnDelegateResourceContract", {
        receiver_address: bytes(intent.to),
        balance: intent.amountSun,
        resource,
      });
    case "withdrawUnfrozen":
      return make("WithdrawExpireUnfreezeContract");
    case "cancelUnfreeze":
      return make("CancelAllUnfreezeV2Contract");
    case "permissions": {
      const permission = (spec: (typeof intent)["owner"], type?: number) => ({
        ...(type === undefined ? {} : { type }),
        permission_name: spec.name,
        threshold: spec.threshold,
        ...(spec.operations === undefined ? {} : { operations: Buffer.from(spec.operations, "hex") }),
        keys: spec.keys.map((address) => ({ address: bytes(address), weight: 1 })),
      });
      return make("AccountPermissionUpdateContract", {
        owner: permission(intent.owner),
        actives: intent.actives.map((one) => permission(one, 2)),
      });
    }
  }
}

const address = fc.integer({ min: 0, max: 1000 }).map((index) => addressOf(String(index)));
const amountSun = fc.integer({ min: 1_000_000, max: 2 ** 52 });
const resource = fc.constantFrom("ENERGY" as const, "BANDWIDTH" as const);
const intents: Record<TransactionIntent["type"], fc.Arbitrary<TransactionIntent>> = {
  call: fc.record({
    type: fc.constant("call" as const),
    contract: address,
    data: fc.uint8Array({ minLength: 4, maxLength: 420 }).map((data) => Buffer.from(data).toString("hex")),
    feeLimit: fc.integer({ min: 1, max: 15_000_000_000 }),
  }),
  transfer: fc.record({ type: fc.constant("transfer" as const), to: address, amountSun }),
  freeze: fc.record({ type: fc.constant("freeze" as const), amountSun, resource }),
  unfreeze: fc.record({ type: fc.constant("unfreeze" as const), amountSun, resource }),
  delegate: fc.record({ type: fc.constant("delegate" as const), to: address, amountSun, resource }),
  undelegate: fc.record({ type: fc.constant("undelegate" as const), to: address, amountSun, resource }),
  withdrawUnfrozen: fc.constant({ type: "withdrawUnfrozen" as const }),
  cancelUnfreeze: fc.constant({ type: "cancelUnfreeze" as const }),
  permissions: fc.uniqueArray(address, { minLength: 3, maxLength: 3 }).map((keys) => ({
    type: "permissions" as const,
    owner: { name: "owner", threshold: 2, keys },
    actives: [
      { name: "payout", threshold: 2, keys, operations: `00000080${"0".repeat(56)}` },
      { name: "resources", threshold: 2, keys, operations: `000000000000c00f${"0".repeat(48)}` },
    ],
  })),
};

function frame(number: number, seed: number): TransactionFrame {
  const id = number.toString(16).padStart(16, "0") + sha(String(seed)).slice(16);
  return {
    refBlock: { number, id, timestamp: 1_700_000_000_000 },
    expiration: 1_700_000_900_000 + seed,
    timestamp: 1_700_000_000_500 + seed,
  };
}

describe("transactions built offline", () => {
  for (const [type, arbitrary] of Object.entries(intents)) {
    it(`${type}: bytes equal an independent encoder's`, async () => {
      await fc.assert(
        fc.asyncProperty(
          arbitrary,
          fc.integer({ min: 1, max: 90_000_000 }),
          fc.nat(1000),
          fc.constantFrom(0, 2, 3),
          async (intent, number, seed, permissionId) => {
            if (intent.type === "delegate" || intent.type === "undelegate") fc.pre(intent.to !== owner);
            const at = frame(number, seed);
            const built = await buildTransaction(owner, permissionId, intent, at);
            const raw = encodeRaw({
              refBlockBytes: number.toString(16).padStart(8, "0").slice(-4),
              refBlockHash: at.refBlock.id.slice(16, 32),
              expiration: at.expiration,
              timestamp: at.timestamp,
              permissionId,
              ...reference(intent),
            });
            assert.equal(built.rawHex, Buffer.from(raw).toString("hex"));
            assert.equal(built.txid, createHash("sha256").update(raw).digest("hex"));
          },
        ),
        { numRuns: 25 },
      );
    });
  }

  it("signed: the id does not depend on the signatures, and every signer is recovered", async () => {
    const keys = ["a", "b", "c"].map(keyOf);
    const built = await buildTransaction(owner, 2, { type: "transfer", to: other, amountSun: 5 }, frame(7, 1));
    const signatures = keys.map(({ privateKey }) => signTxid(built.txid, privateKey));
    assert.deepEqual(
      signatures.map((signature) => signerOf(built.txid, signature)),
      keys.map((key) => key.address),
    );
    const signed = signedTransactionHex(built.rawHex, signatures);
    const raw = Buffer.from(built.rawHex, "hex");
    assert.equal(
      signed,
      Buffer.from(
        encodeSigned(
          raw,
          signatures.map((one) => Buffer.from(one, "hex")),
        ),
      ).toString("hex"),
    );
    const decoded = decodeSigned(Buffer.from(signed, "hex"));
    assert.equal(Buffer.from(decoded.rawBytes).toString("hex"), built.rawHex);
    assert.equal(decoded.signatures.length, 3);
  });

  it("signatures are deterministic and low in s, and Ledger's v is understood", async () => {
    const { privateKey, address: signer } = keyOf("x");
    const half = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
    for (let index = 0; index < 40; index++) {
      const txid = sha(`tx${index}`);
      const signature = signTxid(txid, privateKey);
      assert.equal(signature, signFast(txid, privateKey));
      assert.ok(BigInt(`0x${signature.slice(64, 128)}`) <= half);
      const v = Number.parseInt(signature.slice(128), 16);
      assert.equal(signerOf(txid, signature.slice(0, 128) + (v - 27).toString(16).padStart(2, "0")), signer);
    }
    assert.throws(
      () => signerOf(sha("t"), "00".repeat(64)),
      (error: unknown) => hasCode(error, "SIGNER_FOREIGN"),
    );
    assert.throws(
      () => signerOf(sha("t"), "ff".repeat(65)),
      (error: unknown) => hasCode(error, "SIGNER_FOREIGN"),
    );
  });

  it("refuses a life time that the chain would refuse", () => {
    const header = { number: 1, id: "00".repeat(32), parentId: "00".repeat(32), timestamp: 1000 };
    for (const lifetime of [0, -5, 24 * 3600_000]) {
      assert.throws(
        () => frameFrom(header, lifetime, 1),
        (error: unknown) => hasCode(error, "BAD_TRANSACTION"),
      );
    }
    assert.equal(frameFrom(header, 900_000, 1).expiration, 901_000);
  });
});
