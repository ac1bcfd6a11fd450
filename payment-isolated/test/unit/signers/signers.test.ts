import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { computeAddress, decryptKeystoreJson, encryptKeystoreJson } from "ethers";
import { systemClock } from "../../../src/clock.js";
import type { TransactionIntent } from "../../../src/domain/intent.js";
import { permissionsFor } from "../../../src/engine/taskStep.js";
import { hasCode, PayoutError } from "../../../src/errors.js";
import { openKeystore, sealKeystore } from "../../../src/signers/keystore.js";
import { RemoteSigner } from "../../../src/signers/remoteSigner.js";
import type { SignRequest } from "../../../src/signers/signer.js";
import { SignerDaemon, signerPolicySchema } from "../../../src/signers/signerDaemon.js";
import { SignerJournal } from "../../../src/signers/signerJournal.js";
import { VaultSigner } from "../../../src/signers/vaultSigner.js";
import { MemoryMedium } from "../../../src/store/journalMedium.js";
import { disburseData } from "../../../src/tron/contracts.js";
import { buildTransaction, signerOf } from "../../../src/tron/transactions.js";
import { addressOf, sha } from "../../support/fixtures.js";
import { keyOf } from "../../support/keys.js";

const refused = (error: unknown) => hasCode(error, "SIGNER_REFUSED");

describe("key files", function () {
  this.timeout(30_000);
  it("open what they sealed, with java-tron's base58 address, and nothing else", async () => {
    const { privateKey, address } = keyOf("vault");
    const text = await sealKeystore(privateKey, "correct horse", true);
    assert.equal(JSON.parse(text).address, address);
    const opened = await openKeystore(text, "correct horse");
    assert.deepEqual(Buffer.from(opened.privateKey), Buffer.from(privateKey));
    await assert.rejects(openKeystore(text, "wrong"), (error: unknown) => hasCode(error, "WRONG_PASSPHRASE"));
    const broken = JSON.parse(text);
    broken.crypto.kdfparams.n = 2 ** 30;
    await assert.rejects(openKeystore(JSON.stringify(broken), "correct horse"), (error: unknown) =>
      hasCode(error, "KEYSTORE_INVALID"),
    );
    for (const bad of ["", "{}", "[]", '{"version":3}'])
      await assert.rejects(openKeystore(bad, "x"), (error: unknown) => hasCode(error, "KEYSTORE_INVALID"));
  });

  it("agree with ethers, in both directions", async () => {
    const { privateKey, address } = keyOf("vault");
    const hex = `0x${Buffer.from(privateKey).toString("hex")}`;
    const account = { address: computeAddress(hex), privateKey: hex };
    const theirs = await encryptKeystoreJson(account, "correct horse", { scrypt: { N: 4096, r: 8, p: 1 } });
    assert.equal((await openKeystore(theirs, "correct horse")).address, address);
    const ours = JSON.parse(await sealKeystore(privateKey, "correct horse", true));
    // ethers takes no base58 address.
    const opened = await decryptKeystoreJson(
      JSON.stringify({ ...ours, address: account.address.slice(2) }),
      "correct horse",
    );
    assert.equal(opened.privateKey, hex);
    const refusedByOpenSsl = {
      ...ours,
      crypto: { ...ours.crypto, kdfparams: { ...ours.crypto.kdfparams, n: 262144, r: 1, p: 8 } },
    };
    await assert.rejects(openKeystore(JSON.stringify(refusedByOpenSsl), "x"), (error: unknown) =>
      hasCode(error, "KEYSTORE_INVALID"),
    );
  });

  it("a vault does not show its key", () => {
    const { privateKey } = keyOf("vault");
    const vault = new VaultSigner("v", privateKey);
    for (const text of [inspect(vault), JSON.stringify(vault), String(vault)])
      assert.ok(!text.includes(Buffer.from(privateKey).toString("hex").slice(0, 8)));
  });
});

describe("signer daemon", function () {
  this.timeout(30_000);
  const operator = addressOf("operator");
  const key = keyOf("holder");
  const policy = signerPolicySchema.parse({
    operator,
    routerV0: addressOf("v0"),
    routerKyc: addressOf("kyc"),
    maxPerTransaction: "50000000",
    maxPerDay: "80000000",
    prompt: false,
    maxStakeSun: 5_000_000,
  });
  const ref = { number: 9, id: `${"0".repeat(15)}9${sha("ref").slice(16)}`, timestamp: 1_700_000_000_000 };
  let folder: string;
  let now = 1_700_000_000_000;
  let medium: MemoryMedium;
  let daemon: SignerDaemon;

  async function make(
    change: Partial<typeof policy> = {},
    confirm: (text: string) => Promise<boolean> = async () => true,
  ): Promise<SignerDaemon> {
    const journal = new SignerJournal(medium);
    await journal.start();
    const clock = { ...systemClock, now: () => now };
    return new SignerDaemon({
      key: new VaultSigner("k", Buffer.from(key.privateKey)),
      policy: { ...policy, ...change },
      journal,
      clock,
      socket: join(folder, "s.sock"),
      token: "secret-token-of-the-daemon",
      confirm,
    });
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "payout-signer-"));
    medium = new MemoryMedium();
    now = 1_700_000_000_000;
    daemon = await make();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function payout(
    change: {
      amount?: string;
      to?: string;
      id?: string;
      expiration?: number;
      contract?: string;
      feeLimit?: number;
      permissionId?: number;
      owner?: string;
    } = {},
  ): Promise<SignRequest> {
    const fields = {
      payoutId: sha(change.id ?? "p"),
      route: "V0" as const,
      to: change.to ?? addressOf("payee"),
      amount: change.amount ?? "20000000",
      attempt: 1,
    };
    const intent: TransactionIntent = {
      type: "call",
      contract: change.contract ?? policy.routerV0,
      data: disburseData({ ...fields, kyc: undefined }).slice(2),
      feeLimit: change.feeLimit ?? 20_000_000,
    };
    return request("payout", intent, { payout: fields, ...change });
  }
  async function request(
    purpose: SignRequest["purpose"],
    intent: TransactionIntent,
    change: { payout?: SignRequest["payout"]; permissionId?: number; owner?: string; expiration?: number } = {},
  ): Promise<SignRequest> {
    const frame = {
      refBlock: ref,
      expiration: change.expiration ?? ref.timestamp + 900_000,
      timestamp: ref.timestamp + 1,
    };
    const owner = change.owner ?? operator;
    const permissionId = change.permissionId ?? 2;
    const built = await buildTransaction(owner, permissionId, intent, frame);
    return {
      purpose,
      owner,
      permissionId,
      intent,
      frame,
      ...built,
      ...(change.payout === undefined ? {} : { payout: change.payout }),
    };
  }
  const ask = (given: SignRequest, of = daemon) => of.judgeAndSign(JSON.stringify(given));

  it("signs a payout that it has built again and that its policy allows", async () => {
    const given = await payout();
    assert.equal(signerOf(given.txid, await ask(given)), key.address);
    assert.equal(await ask(given), await ask(given));
  });

  it("refuses what is not what it says: bytes, call, account, permission, caps, fee, purpose", async () => {
    const good = await payout();
    const wrong: SignRequest[] = [
      { ...good, rawHex: good.rawHex.replace(/.$/, "0"), txid: sha("x") },
      { ...good, payout: { ...good.payout, to: addressOf("thief") } as NonNullable<SignRequest["payout"]> },
      { ...good, payout: { ...good.payout, amount: "1" } as NonNullable<SignRequest["payout"]> },
      await payout({ contract: addressOf("usdt") }),
      await payout({ owner: addressOf("other account") }),
      await payout({ permissionId: 0 }),
      await payout({ amount: "50000001" }),
      await payout({ feeLimit: 150_000_001 }),
      await request("resources", good.intent, { permissionId: 3 }),
      await request("resources", { type: "transfer", to: addressOf("thief"), amountSun: 1 }, { permissionId: 3 }),
      await request("resources", { type: "freeze", amountSun: 5_000_001, resource: "ENERGY" }, { permissionId: 3 }),
      await request(
        "rotation",
        permissionsFor({ epoch: 1, signers: [addressOf("a"), addressOf("b"), addressOf("c")], threshold: 2 }),
        { permissionId: 0 },
      ),
    ];
    for (const [index, given] of wrong.entries()) await assert.rejects(ask(given), refused, `case ${index}`);
    for (const text of ["", "[]", "{}", "null", JSON.stringify({ ...good, extra: 1 })])
      await assert.rejects(daemon.judgeAndSign(text), refused);
    assert.ok(
      await ask(
        await request("resources", { type: "freeze", amountSun: 5_000_000, resource: "ENERGY" }, { permissionId: 3 }),
      ),
    );
  });

  it("keeps its own journal: an id is one payment for ever, and one living transaction, also after a restart", async () => {
    await ask(await payout());
    daemon = await make();
    await assert.rejects(ask(await payout({ amount: "20000001" })), refused);
    await assert.rejects(ask(await payout({ to: addressOf("thief") })), refused);
    const second = await payout({ expiration: ref.timestamp + 1_800_000 });
    await assert.rejects(ask(second), refused);
    now = ref.timestamp + 900_000 + 10 * 60_000 + 1;
    assert.ok(await ask(second));
  });

  it("stops at its cap of a day", async () => {
    await ask(await payout({ id: "1", amount: "50000000" }));
    await assert.rejects(ask(await payout({ id: "2", amount: "30000001" })), refused);
    now += 24 * 3600_000 + 1;
    assert.ok(await ask(await payout({ id: "2", amount: "30000001" })));
  });

  it("signs a rotation to its own copy of the signer file alone, and asks its person", async () => {
    const set = { epoch: 1, signers: [addressOf("a"), addressOf("b"), addressOf("c")], threshold: 2 as const };
    const given = await request("rotation", permissionsFor(set), { permissionId: 0 });
    assert.ok(await ask(given, await make({ rotateTo: set })));
    await assert.rejects(
      ask(given, await make({ rotateTo: { ...set, signers: [addressOf("a"), addressOf("b"), addressOf("d")] } })),
      refused,
    );
    let asked = "";
    const no = await make({ rotateTo: set, prompt: true }, async (text) => {
      asked = text;
      return false;
    });
    await assert.rejects(ask(given, no), refused);
    assert.match(asked, /rotation to epoch 1/);
  });

  it("answers over its socket, only with the token, and survives what is no request", async () => {
    await daemon.start();
    const socket = join(folder, "s.sock");
    const signer = (token?: string) =>
      new RemoteSigner({ name: "r", address: key.address, target: { socket }, token, timeoutMs: 5000 });
    const given = await payout();
    assert.equal(signerOf(given.txid, await signer("secret-token-of-the-daemon").sign(given)), key.address);
    await assert.rejects(signer("wrong").sign(given), (error: unknown) => hasCode(error, "SIGNER_UNREACHABLE"));
    await assert.rejects(signer().sign(given), (error: unknown) => hasCode(error, "SIGNER_UNREACHABLE"));
    const huge = { ...given, rawHex: "00".repeat(200_000) };
    await assert.rejects(
      signer("secret-token-of-the-daemon").sign(huge),
      (error: unknown) => error instanceof PayoutError,
    );
    await assert.rejects(signer("secret-token-of-the-daemon").sign(await payout({ amount: "50000001" })), refused);
    assert.ok(await signer("secret-token-of-the-daemon").sign(given));
    await daemon.stop();
    await assert.rejects(signer("secret-token-of-the-daemon").sign(given), (error: unknown) =>
      hasCode(error, "SIGNER_UNREACHABLE"),
    );
  });

  it("a remote signer that answers rubbish or nothing is unreachable, in time", async () => {
    const socket = join(folder, "bad.sock");
    for (const answer of [
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
      "rubbish",
      "",
      "HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\nx",
    ]) {
      const server = createServer((connection) => {
        connection.on("error", () => undefined);
        connection.once("data", () => (answer === "" ? undefined : connection.end(answer)));
      });
      await new Promise<void>((resolve) => server.listen(socket, resolve));
      const remote = new RemoteSigner({ name: "r", address: key.address, target: { socket }, timeoutMs: 300 });
      await assert.rejects(
        remote.sign(await payout()),
        (error: unknown) => hasCode(error, "SIGNER_UNREACHABLE"),
        answer,
      );
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  });
});
