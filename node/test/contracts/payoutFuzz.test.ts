import assert from "node:assert/strict";
import fc from "fast-check";
import {
  deployer,
  deployPayouts,
  disburser,
  FUNDS,
  kycArguments,
  kycPayout,
  MAX_AMOUNT,
  other,
  pauser,
  payee,
  signKyc,
  stranger,
} from "./support/payouts.js";
import { hashOf } from "./support/sessions.js";

const amounts = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt({ min: 1n, max: MAX_AMOUNT }) },
  { weight: 1, arbitrary: fc.constantFrom(0n, MAX_AMOUNT, MAX_AMOUNT + 1n) },
);
const common = {
  payout: fc.nat(9),
  to: fc.constantFrom(payee, other),
  amount: amounts,
  from: fc.constantFrom(disburser, disburser, disburser, disburser, stranger),
};
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("v0" as const), ...common }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("kyc" as const), ...common, nonce: fc.nat(9), late: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("trick" as const), trick: fc.constantFrom(0, 0, 1, 2, 3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("pause" as const), router: fc.constantFrom("v0", "kyc") }) },
);

describe("payout routers: random sequences against a model", () => {
  it("pay each id at most once, exactly what was said, and keep every coin", async function () {
    this.timeout(180_000);
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
        const { chain, usdt, registry, v0, kyc } = await deployPayouts();
        const addresses = { v0, kyc } as const;
        const paid = new Map<number, bigint>();
        const nonces = new Set<number>();
        const left = { v0: FUNDS, kyc: FUNDS };
        const got = new Map<string, bigint>();
        const paused = { v0: false, kyc: false };
        let trick = 0;
        for (const one of steps) {
          if (one.kind === "trick") {
            trick = one.trick;
            await chain.send(deployer, usdt, "setTrick", [trick]);
            continue;
          }
          if (one.kind === "pause") {
            const router = one.router as keyof typeof paused;
            const name = paused[router] ? "unpause" : "pause";
            assert.equal((await chain.send(pauser, addresses[router], name)).error, undefined);
            paused[router] = !paused[router];
            continue;
          }
          const { kind, payout, to, amount, from } = one;
          const payoutId = hashOf("fuzz", payout);
          const late = kind === "kyc" && one.late;
          let expected: string | undefined;
          if (from !== disburser) expected = "NotDisburser";
          else if (paused[kind]) expected = "EnforcedPause";
          else if (late) expected = "ConsentExpired";
          else if (kind === "kyc" && nonces.has(one.nonce)) expected = "NonceUsed";
          else if (amount === 0n || amount > MAX_AMOUNT) expected = "BadAmount";
          else if (paid.has(payout)) expected = "AlreadyPaid";
          else if (trick === 1 || trick === 3) expected = "TransferFailed";
          // Taking one more than there is fails in the token itself.
          else if (left[kind] < amount || (trick === 2 && left[kind] === amount)) expected = "Panic";
          else if (trick === 2) expected = "TransferFailed";
          let outcome: Awaited<ReturnType<typeof chain.send>>;
          if (kind === "v0") outcome = await chain.send(from, v0, "disburse", [payoutId, to, amount]);
          else {
            const expiry = late ? chain.time - 1n : chain.time;
            const consent = kycPayout("fuzz", { payoutId, to, amount, expiry, nonce: hashOf("nonce", one.nonce) });
            const args = kycArguments(consent, await signKyc(consent, kyc));
            outcome = await chain.send(from, kyc, "disburseKYC", args);
          }
          assert.equal(outcome.error, expected);
          reached.add(expected ?? kind);
          if (expected !== undefined) continue;
          paid.set(payout, amount);
          if (kind === "kyc") nonces.add(one.nonce);
          left[kind] -= amount;
          got.set(to, (got.get(to) ?? 0n) + amount);
        }
        for (let payout = 0; payout < 10; payout++) {
          assert.equal(await chain.read(registry, "paid", [hashOf("fuzz", payout)]), paid.has(payout));
        }
        for (const to of [payee, other]) assert.equal(await chain.read(usdt, "balanceOf", [to]), got.get(to) ?? 0n);
        assert.equal(await chain.read(usdt, "balanceOf", [v0]), left.v0);
        assert.equal(await chain.read(usdt, "balanceOf", [kyc]), left.kyc);
      }),
      { numRuns: 30, seed: 20261127 },
    );
    for (const branch of ["v0", "kyc", "NotDisburser", "EnforcedPause", "ConsentExpired", "NonceUsed", "BadAmount"]) {
      assert.ok(reached.has(branch), `no sequence reached ${branch}`);
    }
    assert.ok(reached.has("AlreadyPaid") && reached.has("TransferFailed"));
  });
});
