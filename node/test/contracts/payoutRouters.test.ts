import assert from "node:assert/strict";
import type { Hex } from "@lucid/contracts";
import { getAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import {
  compliance,
  deployer,
  deployPayouts,
  disburser,
  FUNDS,
  type KycPayout,
  kycArguments,
  kycPayout,
  MAX_AMOUNT,
  other,
  type Payouts,
  pauser,
  payee,
  setupOf,
  signKyc,
  stranger,
  treasury,
  USDT,
} from "./support/payouts.js";
import { hashOf } from "./support/sessions.js";
import { type TronOutcome, tronArtifact } from "./support/tronChain.js";

const TRICKS = { none: 0, saysTrueMovesNothing: 1, takesOneMore: 2, givesInstead: 3 } as const;
const NOBODY: Hex = `0x${"00".repeat(20)}`;
const id = hashOf("payout", "one");

describe("payout routers of TRON", () => {
  let payouts: Payouts;
  beforeEach(async () => {
    payouts = await deployPayouts();
  });
  const disburse = (payoutId: Hex, to: Hex, amount: bigint, from = disburser): Promise<TronOutcome> =>
    payouts.chain.send(from, payouts.v0, "disburse", [payoutId, to, amount]);
  const disburseKyc = async (
    payout: KycPayout,
    { signed = payout, from = disburser, signature }: { signed?: KycPayout; from?: Hex; signature?: Hex } = {},
  ): Promise<TronOutcome> => {
    const args = kycArguments(payout, signature ?? (await signKyc(signed, payouts.kyc)));
    return payouts.chain.send(from, payouts.kyc, "disburseKYC", args);
  };
  const balance = (who: Hex): Promise<unknown> => payouts.chain.read(payouts.usdt, "balanceOf", [who]);
  const isPaid = (payoutId: Hex): Promise<unknown> => payouts.chain.read(payouts.registry, "paid", [payoutId]);

  it("pay although USDT says false, and say so by event", async () => {
    const outcome = await disburse(id, payee, 25n * USDT);
    assert.equal(outcome.error, undefined);
    assert.deepEqual(
      outcome.events.map(({ name, address }) => [name, address]),
      [
        ["Marked", payouts.registry],
        ["Paid", payouts.v0],
        ["Transfer", payouts.usdt],
      ],
    );
    assert.deepEqual(outcome.events[1]?.args, { payoutId: id, to: getAddress(payee), amount: 25n * USDT });
    assert.deepEqual([await balance(payee), await balance(payouts.v0)], [25n * USDT, FUNDS - 25n * USDT]);
    assert.equal(await isPaid(id), true);
  });

  it("pay an id once, whatever the route, payee or amount", async () => {
    const payout = kycPayout("one");
    assert.equal((await disburse(id, payee, USDT)).error, undefined);
    for (const [to, amount] of [
      [payee, USDT],
      [other, 2n * USDT],
    ] as const) {
      assert.equal((await disburse(id, to, amount)).error, "AlreadyPaid");
    }
    assert.equal((await disburseKyc(payout)).error, "AlreadyPaid");
    assert.equal(await payouts.chain.read(payouts.kyc, "nonceUsed", [payout.nonce]), false, "undone with the rest");
    const second = kycPayout("two");
    assert.equal((await disburseKyc(second)).error, undefined);
    assert.equal((await disburse(second.payoutId, payee, USDT)).error, "AlreadyPaid");
    assert.equal(await balance(payee), 101n * USDT);
  });

  it("judge a transfer by their own balance alone", async () => {
    const cases: readonly [keyof typeof TRICKS, string | undefined][] = [
      ["saysTrueMovesNothing", "TransferFailed"],
      ["takesOneMore", "TransferFailed"],
      ["givesInstead", "TransferFailed"],
      ["none", undefined],
    ];
    for (const [trick, expected] of cases) {
      await payouts.chain.send(deployer, payouts.usdt, "setTrick", [TRICKS[trick]]);
      assert.equal((await disburse(id, payee, USDT)).error, expected, trick);
      assert.equal(await isPaid(id), expected === undefined, "a payout that failed is not marked");
    }
    await payouts.chain.send(deployer, payouts.usdt, "setFee", [100, 50n * USDT]);
    assert.equal((await disburse(hashOf("with fee"), other, 100n * USDT)).error, undefined);
    assert.equal(await balance(other), 99n * USDT, "Tether's fee is the payee's; the log of the token tells");
  });

  it("let a refusal of the token through, and nothing is marked", async () => {
    const { chain, usdt, v0 } = payouts;
    await chain.send(deployer, usdt, "setPaused", [true]);
    assert.equal((await disburse(id, payee, USDT)).error, "paused");
    await chain.send(deployer, usdt, "setPaused", [false]);
    await chain.send(deployer, usdt, "setBlackList", [v0, true]);
    assert.equal((await disburse(id, payee, USDT)).error, "blacklisted");
    await chain.send(deployer, usdt, "setBlackList", [v0, false]);
    for (let paid = 0n; paid < FUNDS; paid += MAX_AMOUNT)
      await disburse(hashOf("all", Number(paid)), payee, MAX_AMOUNT);
    assert.equal((await disburse(id, payee, 1n)).error, "Panic", "an empty router");
    assert.equal(await isPaid(id), false);
  });

  it("obey the disburser alone, within the cap, and pay neither nobody nor themselves", async () => {
    for (const from of [stranger, pauser, treasury, deployer, payee]) {
      assert.equal((await disburse(id, payee, USDT, from)).error, "NotDisburser");
      assert.equal((await disburseKyc(kycPayout("x"), { from })).error, "NotDisburser");
    }
    for (const amount of [0n, MAX_AMOUNT + 1n, 2n ** 256n - 1n]) {
      assert.equal((await disburse(id, payee, amount)).error, "BadAmount");
      assert.equal((await disburseKyc(kycPayout("x", { amount }))).error, "BadAmount");
    }
    for (const to of [NOBODY, payouts.v0, payouts.usdt]) {
      assert.equal((await disburse(id, to, USDT)).error, "BadPayee");
    }
    assert.equal((await disburse(id, payee, MAX_AMOUNT)).error, undefined);
  });

  it("stop and go on by the pauser alone", async () => {
    const { chain, v0, kyc } = payouts;
    for (const router of [v0, kyc]) {
      for (const from of [disburser, stranger, deployer]) {
        assert.equal((await chain.send(from, router, "pause")).error, "NotPauser");
        assert.equal((await chain.send(from, router, "unpause")).error, "NotPauser");
      }
      assert.equal((await chain.send(pauser, router, "pause")).error, undefined);
      assert.equal(await chain.read(router, "paused"), true);
    }
    assert.equal((await disburse(id, payee, USDT)).error, "EnforcedPause");
    assert.equal((await disburseKyc(kycPayout("x"))).error, "EnforcedPause");
    assert.equal((await chain.send(pauser, v0, "unpause")).error, undefined);
    assert.equal((await disburse(id, payee, USDT)).error, undefined);
    assert.equal((await disburseKyc(kycPayout("x"))).error, "EnforcedPause", "each router for itself");
  });

  it("give their money back to the treasury and to nobody else, even while paused", async () => {
    const { chain, v0, kyc } = payouts;
    await chain.send(pauser, v0, "pause");
    assert.equal((await chain.send(stranger, v0, "returnToTreasury", [USDT])).error, "NotDisburser");
    const outcome = await chain.send(disburser, v0, "returnToTreasury", [FUNDS - 1n]);
    assert.deepEqual(
      outcome.events.map(({ name }) => name),
      ["Returned", "Transfer"],
    );
    assert.equal((await chain.send(pauser, kyc, "returnToTreasury", [FUNDS])).error, undefined);
    assert.deepEqual([await balance(treasury), await balance(v0), await balance(kyc)], [2n * FUNDS - 1n, 1n, 0n]);
  });

  describe("with a check of identity", () => {
    it("pay by the compliance signer's consent and say whose check it was", async () => {
      const payout = kycPayout("one");
      const outcome = await disburseKyc(payout);
      assert.deepEqual(
        outcome.events.map(({ name }) => name),
        ["KycChecked", "Marked", "Paid", "Transfer"],
      );
      const { payoutId, kycHash, nonce } = payout;
      assert.deepEqual(outcome.events[0]?.args, { payoutId, kycHash, nonce });
      assert.equal(await payouts.chain.read(payouts.kyc, "nonceUsed", [nonce]), true);
    });

    it("refuse a consent for any other argument, router, chain or signer", async () => {
      const signed = kycPayout("one");
      const changes: readonly Partial<KycPayout>[] = [
        { payoutId: hashOf("another id") },
        { to: other },
        { amount: signed.amount + 1n },
        { kycHash: hashOf("another check") },
        { expiry: signed.expiry + 1n },
        { nonce: hashOf("another nonce") },
      ];
      for (const change of changes) {
        const { error } = await disburseKyc({ ...signed, ...change }, { signed });
        assert.equal(error, "BadComplianceSignature", Object.keys(change)[0]);
      }
      const signatures = [
        await signKyc(signed, payouts.v0),
        await signKyc(signed, payouts.kyc, compliance, 1),
        await signKyc(signed, payouts.kyc, privateKeyToAccount(`0x${"66".repeat(32)}`)),
        highS(await signKyc(signed, payouts.kyc)),
        "0x" as const,
        `0x${"00".repeat(65)}` as const,
        `${await signKyc(signed, payouts.kyc)}00` as const,
      ];
      for (const signature of signatures) {
        assert.equal((await disburseKyc(signed, { signature })).error, "BadComplianceSignature");
      }
      assert.equal((await disburseKyc(signed)).error, undefined, "and takes the right one");
    });

    it("use a consent once, and not after its time", async () => {
      const payout = kycPayout("one");
      assert.equal((await disburseKyc(payout)).error, undefined);
      assert.equal((await disburseKyc(payout)).error, "NonceUsed");
      assert.equal((await disburseKyc(kycPayout("two", { nonce: payout.nonce }))).error, "NonceUsed");
      payouts.chain.time = payout.expiry;
      assert.equal((await disburseKyc(kycPayout("three"))).error, undefined);
      payouts.chain.time = payout.expiry + 1n;
      assert.equal((await disburseKyc(kycPayout("four"))).error, "ConsentExpired");
    });
  });

  it("are not made without all roles apart, token and registry", async () => {
    const { chain } = payouts;
    const wrong: readonly Readonly<Record<string, unknown>>[] = [
      { disburser: NOBODY },
      { pauser: NOBODY },
      { treasury: NOBODY },
      { maxAmount: 0n },
      { registry: stranger },
      { usdt: stranger },
      { pauser: disburser },
      { treasury: disburser },
    ];
    for (const over of wrong) {
      assert.equal((await chain.deploy("PayoutRouterV0", [setupOf(payouts, over)], deployer)).error, "BadSetup");
    }
    for (const signer of [NOBODY, disburser]) {
      const outcome = await chain.deploy("PayoutRouterKYC", [setupOf(payouts), signer], deployer);
      assert.equal(outcome.error, "BadSetup");
    }
  });

  it("are named to the registry once, by who deployed it; nobody else marks", async () => {
    const { chain, registry, v0, kyc } = payouts;
    assert.equal((await chain.send(deployer, registry, "nameRouters", [v0, kyc])).error, "RoutersKnown");
    const fresh = (await chain.deploy("PaidRegistry", [], deployer)).created ?? "0x";
    assert.equal((await chain.send(stranger, fresh, "nameRouters", [v0, kyc])).error, "NotDeployer");
    for (const [a, b] of [
      [v0, v0],
      [NOBODY, kyc],
      [v0, NOBODY],
      [stranger, kyc],
    ] as const) {
      assert.equal((await chain.send(deployer, fresh, "nameRouters", [a, b])).error, "BadRouter");
    }
    for (const target of [registry, fresh]) {
      for (const from of [stranger, deployer, disburser]) {
        assert.equal((await chain.send(from, target, "mark", [id])).error, "NotRouter");
      }
    }
    assert.deepEqual(
      [await chain.read(registry, "routerV0"), await chain.read(registry, "routerKyc")],
      [getAddress(v0), getAddress(kyc)],
    );
  });

  it("hold code that any TVM runs: no PUSH0, nothing newer, no way to other code", () => {
    for (const name of ["PaidRegistry", "PayoutRouterV0", "PayoutRouterKYC"] as const) {
      const code = Buffer.from(tronArtifact(name).runtimeCode.slice(2), "hex");
      assert.ok(code.length < 24_576);
      const forbidden = new Set([0x49, 0x4a, 0x5c, 0x5d, 0x5e, 0x5f, 0xf0, 0xf2, 0xf4, 0xf5, 0xff]);
      for (let i = 0; i < code.length; i++) {
        const opcode = code[i] ?? 0;
        assert.ok(!forbidden.has(opcode), `${name} has opcode ${opcode.toString(16)}`);
        if (opcode >= 0x60 && opcode <= 0x7f) i += opcode - 0x5f;
      }
    }
  });
});

/** The other signature of the same message: r, n - s, v flipped. */
function highS(signature: Hex): Hex {
  const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = n - BigInt(`0x${signature.slice(66, 130)}`);
  const v = signature.slice(130) === "1b" ? "1c" : "1b";
  return `${signature.slice(0, 66)}${s.toString(16).padStart(64, "0")}${v}` as Hex;
}
