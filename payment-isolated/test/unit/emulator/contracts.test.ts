import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { Interface } from "ethers";
import { addressToHex } from "../../../src/domain/address.js";
import { paidRegistryAbi, routerKycAbi, routerV0Abi, usdtAbi } from "../../../src/tron/abi.js";
import { disburseData, paidRegistry, revertText } from "../../../src/tron/contracts.js";
import { artifact, deployEvmContracts, type EvmContracts, kycDigest } from "../../emulator/index.js";
import { addressOf, sha } from "../../support/fixtures.js";
import { keyOf } from "../../support/keys.js";
import { signDigest } from "../../support/kycSigner.js";
import { complianceKey, operator } from "../../support/world.js";

describe("copies of the contracts", () => {
  const pairs = {
    PayoutRouterV0: routerV0Abi,
    PayoutRouterKYC: routerKycAbi,
    PaidRegistry: paidRegistryAbi,
    TestTether: usdtAbi,
  };
  for (const [name, abi] of Object.entries(pairs)) {
    it(`${name}: equal the artefact of the contracts package`, () => {
      const original = new URL(`../../../../../contracts/tron/artifacts/${name}.json`, import.meta.url);
      assert.ok(existsSync(original));
      const { contractName, compiler, abi: full, creationCode } = JSON.parse(readFileSync(original, "utf8"));
      assert.deepEqual({ contractName, compiler, abi: full, creationCode }, artifact(name));
      const known = new Set(
        new Interface(full).fragments
          .filter(({ type }) => type !== "constructor")
          .map((fragment) => fragment.format("sighash")),
      );
      // The registry's errors come through the routers, and the parameter names of Tether's views are its own.
      const inherited = new Set(new Interface(paidRegistryAbi).fragments.map((fragment) => fragment.format("sighash")));
      for (const fragment of new Interface(abi).fragments) {
        const signature = fragment.format("sighash");
        assert.ok(
          known.has(signature) || (name.startsWith("PayoutRouter") && inherited.has(signature)),
          `${name} has ${signature}`,
        );
      }
    });
  }
});

describe("KYC route on the EVM", function () {
  this.timeout(60_000);
  const to = addressOf("payee");
  const block = { number: 5, timestamp: 1_800_000_000 };
  const base = {
    id: `0x${sha("id")}`,
    to: `0x${addressToHex(to).slice(2)}`,
    amount: 25_000_000n,
    kycHash: `0x${sha("kyc")}`,
    expiry: 1_800_000_100n,
    nonce: `0x${sha("nonce")}`,
  };
  let evm: EvmContracts;

  beforeEach(async () => {
    evm = await deployEvmContracts({
      disburser: addressToHex(operator).slice(2),
      complianceSigner: addressToHex(complianceKey.address).slice(2),
    });
  });

  const digest = (fields = base) => kycDigest(evm.contracts.routerKyc, evm.contracts.chainId, fields);
  async function pay(signature: string, change: Partial<typeof base> = {}, at = block): Promise<string> {
    const fields = { ...base, ...change };
    const data = disburseData({
      route: "KYC",
      payoutId: fields.id.slice(2),
      to: fields.to === base.to ? to : addressOf("thief"),
      amount: fields.amount.toString(),
      kyc: { kycHash: fields.kycHash.slice(2), expiry: Number(fields.expiry), nonce: fields.nonce.slice(2), signature },
    }).slice(2);
    const { disburser, routerKyc } = evm.contracts;
    const done = await evm.ledger.execute(disburser, routerKyc, data, at, 3_000_000);
    return done.ok ? "paid" : revertText("KYC", done.data);
  }

  it("pays with the signature over every field, once", async () => {
    const signature = signDigest(digest(), complianceKey);
    assert.equal(await pay(signature), "paid");
    assert.equal(await pay(signature), "NonceUsed");
    const again = { ...base, nonce: `0x${sha("another nonce")}` };
    assert.equal(await pay(signDigest(digest(again), complianceKey), again), "AlreadyPaid");
  });

  it("refuses a change of any field, another signer, another chain, another router, expiry and high s", async () => {
    const signature = signDigest(digest(), complianceKey);
    const changes: Partial<typeof base>[] = [
      { id: `0x${sha("other id")}` },
      { to: `0x${addressToHex(addressOf("thief")).slice(2)}` },
      { amount: 25_000_001n },
      { kycHash: `0x${sha("other kyc")}` },
      { expiry: 1_800_000_101n },
      { nonce: `0x${sha("other nonce")}` },
    ];
    for (const change of changes)
      assert.equal(await pay(signature, change), "BadComplianceSignature", Object.keys(change).join());
    assert.equal(await pay(signDigest(digest(), keyOf("somebody"))), "BadComplianceSignature");
    const { routerKyc, routerV0, chainId } = evm.contracts;
    assert.equal(
      await pay(signDigest(kycDigest(routerKyc, chainId + 1, base), complianceKey)),
      "BadComplianceSignature",
    );
    assert.equal(await pay(signDigest(kycDigest(routerV0, chainId, base), complianceKey)), "BadComplianceSignature");
    assert.equal(await pay(signature, {}, { number: 5, timestamp: 1_800_000_101 }), "ConsentExpired");
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const s = (order - BigInt(`0x${signature.slice(64, 128)}`)).toString(16).padStart(64, "0");
    const v = signature.slice(128) === "1b" ? "1c" : "1b";
    assert.equal(await pay(signature.slice(0, 64) + s + v), "BadComplianceSignature");
    assert.equal(await pay(signature), "paid");
  });
});

describe("EVM below several nodes", function () {
  this.timeout(20_000);

  it("asking for the code of a contract at any moment of a call leaves that call and the state as they are", async () => {
    const disburser = addressToHex(operator).slice(2);
    const { ledger, contracts } = await deployEvmContracts({
      disburser,
      complianceSigner: addressToHex(complianceKey.address).slice(2),
    });
    const data = paidRegistry.encodeFunctionData("paid", [`0x${sha("id")}`]).slice(2);
    const call = () => ledger.call(disburser, contracts.registry, data, { number: 5, timestamp: 1_800_000_000 });
    const alone = await call();
    assert.equal(alone.result, "SUCCESS");
    const before = await ledger.mark();
    let running = true;
    const called = call().finally(() => {
      running = false;
    });
    const asked: Promise<boolean>[] = [];
    // One question in each turn of the microtask queue; bounded, as these turns leave a test's time limit no chance.
    for (let turn = 0; running && turn < 5000; turn++) {
      asked.push(ledger.isContract(contracts.registry));
      await Promise.resolve();
    }
    assert.deepEqual(await called, alone);
    assert.ok(asked.length > 50, `${asked.length} questions`);
    assert.deepEqual(new Set(await Promise.all(asked)), new Set([true]));
    assert.deepEqual(await ledger.mark(), before);
  });
});
