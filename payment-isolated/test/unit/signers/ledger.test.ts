import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../../../src/cli/program.js";
import { permissionsFor } from "../../../src/engine/taskStep.js";
import { hasCode, type PayoutErrorCode } from "../../../src/errors.js";
import { acceptSignerFile, signerDigest } from "../../../src/rotation/signerFile.js";
import { LedgerSigner } from "../../../src/signers/ledgerSigner.js";
import { openLedger } from "../../../src/signers/ledgerTransport.js";
import { RemoteSigner } from "../../../src/signers/remoteSigner.js";
import type { SignRequest } from "../../../src/signers/signer.js";
import { SignerDaemon, signerPolicySchema } from "../../../src/signers/signerDaemon.js";
import { SignerJournal } from "../../../src/signers/signerJournal.js";
import { MemoryMedium } from "../../../src/store/journalMedium.js";
import { buildTransaction, signerOf } from "../../../src/tron/transactions.js";
import { sha } from "../../support/fixtures.js";
import { LedgerDevice } from "../../support/ledgerDevice.js";
import { operator, World } from "../../support/world.js";

/** Speculos' own words, and what a Ledger with them shows as its first TRON account. */
const WORDS = `${"abandon ".repeat(11)}about`;
const ADDRESS = "TUEZSdKsoDHQMeZwihtdoBiN46zxhGWYdH";
const OTHER_WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow";

describe("a Ledger", function () {
  this.timeout(30_000);
  let device: LedgerDevice;
  let url: string;
  let signer: LedgerSigner;

  beforeEach(async () => {
    device = new LedgerDevice(WORDS);
    url = await device.start();
    signer = await LedgerSigner.open("ledger", await openLedger(url, 2000));
    device.apdus.splice(0);
  });
  afterEach(async () => {
    await signer.close();
    await device.stop();
  });

  const ref = { number: 9, id: `${"0".repeat(15)}9${sha("ref").slice(16)}`, timestamp: 1_700_000_000_000 };
  const frame = { refBlock: ref, expiration: ref.timestamp + 900_000, timestamp: ref.timestamp + 1 };
  const { contracts } = new World().config;

  async function request(intent: SignRequest["intent"], permissionId = 2): Promise<SignRequest> {
    const purpose = intent.type === "call" ? "payout" : intent.type === "permissions" ? "rotation" : "resources";
    const built = await buildTransaction(operator, permissionId, intent, frame);
    return { purpose, owner: operator, permissionId, intent, frame, ...built };
  }
  const call = (words: number) =>
    request({
      type: "call",
      contract: contracts.routerV0,
      data: `c0ffee00${"07".repeat(32 * words)}`,
      feeLimit: 20_000_000,
    });
  const rejects = (work: Promise<unknown>, code: PayoutErrorCode, says: RegExp) =>
    assert.rejects(work, (error: unknown) => {
      assert.ok(hasCode(error, code), String(error));
      return says.test(String(error));
    });

  it("has the address that its words have on every Ledger", () => {
    assert.equal(signer.address, ADDRESS);
  });

  it("shows a call of up to four words, in chunks of 250 bytes at most, and the hash of anything larger", async () => {
    for (const words of [0, 3, 4]) {
      const given = await call(words);
      assert.equal(signerOf(given.txid, await signer.sign(given)), ADDRESS);
      assert.equal(signer.notice(given), undefined);
    }
    assert.deepEqual(device.shown, Array(3).fill(`P2 - ${operator} calls c0ffee00`));
    assert.ok(device.apdus.every((apdu) => apdu[0] === 0xe0 && apdu[1] === 0x04 && apdu.length <= 5 + 250));
    // The largest: path m/44'/195'/0'/0/0 with the fields before the contract, the contract, the fields behind it.
    const chunks = device.apdus.slice(-3);
    assert.deepEqual(
      chunks.map((apdu) => apdu[2]),
      [0x00, 0x80, 0x90],
    );
    assert.equal(chunks[0]?.subarray(5, 26).toString("hex"), "058000002c800000c3800000000000000000000000");
    assert.equal(chunks[1]?.[4], 245);
    device.apdus.splice(0);
    const large = await call(5);
    assert.equal(signerOf(large.txid, await signer.sign(large)), ADDRESS);
    assert.equal(device.shown.at(-1), `hash ${large.txid}`);
    assert.match(signer.notice(large) ?? "", new RegExp(large.txid));
    assert.deepEqual(
      device.apdus.map((apdu) => apdu[1]),
      [0x05],
    );
  });

  it("signs staking in clear and a change of permissions by its hash", async () => {
    const freeze = await request({ type: "freeze", amountSun: 5_000_000, resource: "ENERGY" }, 3);
    assert.equal(signerOf(freeze.txid, await signer.sign(freeze)), ADDRESS);
    assert.equal(device.shown.at(-1), `P3 - ${operator} FreezeBalanceV2Contract`);
    const set = { epoch: 1, signers: [ADDRESS, operator, contracts.usdt], threshold: 2 as const };
    const rotation = await request(permissionsFor(set), 0);
    assert.equal(signerOf(rotation.txid, await signer.sign(rotation)), ADDRESS);
    assert.equal(device.shown.at(-1), `hash ${rotation.txid}`);
  });

  it("says what its holder has to do", async () => {
    const given = await call(3);
    const cases: readonly (readonly [() => void, () => Promise<SignRequest>, PayoutErrorCode, RegExp])[] = [
      [() => (device.approves = false), () => call(3), "SIGNER_REFUSED", /refused on the Ledger/],
      [() => (device.settings.customContracts = false), () => call(3), "SIGNER_REFUSED", /Custom contracts/],
      [() => (device.settings.signByHash = false), () => call(5), "SIGNER_REFUSED", /Sign by hash/],
      [() => (device.closed = true), () => call(3), "SIGNER_UNREACHABLE", /open the TRON app/],
      [() => (device.locked = true), () => call(3), "SIGNER_UNREACHABLE", /locked/],
    ];
    for (const [spoil, make, code, says] of cases) {
      Object.assign(device, { approves: true, closed: false, locked: false });
      Object.assign(device.settings, { customContracts: true, signByHash: true });
      spoil();
      await rejects(signer.sign(await make()), code, says);
    }
    Object.assign(device, { locked: false });
    assert.ok(await signer.sign(given), "the same request again, when that is done");
  });

  it("takes no other device's signature, no rubbish, and waits for nobody for ever", async () => {
    const given = await call(3);
    device.replace(OTHER_WORDS);
    await rejects(signer.sign(given), "SIGNER_FOREIGN", /another key/);
    device.replace(WORDS);
    for (const answer of [
      "",
      "{}",
      "[]",
      '{"data":""}',
      '{"data":"90"}',
      '{"data":"zz00"}',
      "<html>",
      "x".repeat(100_000),
    ]) {
      device.script = () => answer;
      await rejects(signer.sign(given), "SIGNER_UNREACHABLE", /answer/);
    }
    for (const answer of [
      '{"data":"9000"}',
      `{"data":"${"00".repeat(64)}9000"}`,
      `{"data":"${"ff".repeat(65)}9000"}`,
    ]) {
      device.script = () => answer;
      await rejects(signer.sign(given), "SIGNER_FOREIGN", /./);
    }
    device.script = () => '{"data":"6f00"}';
    await rejects(signer.sign(given), "SIGNER_UNREACHABLE", /status 6f00/);
    device.script = undefined;
    await device.stop();
    await rejects(signer.sign(given), "SIGNER_UNREACHABLE", /no Ledger answers/);
    await rejects(openLedger("nonsense"), "USAGE", /usb/);
    await rejects(openLedger("usb"), "SIGNER_UNREACHABLE", /npm install @ledgerhq\/hw-transport-node-hid/);
  });

  it("signs the digest of a signer file, which it shows, by the command line", async () => {
    const folder = mkdtempSync(join(tmpdir(), "payout-ledger-"));
    const file = join(folder, "signers.json");
    const set = { epoch: 1, signers: [ADDRESS, operator, contracts.usdt], threshold: 2 as const };
    const digest = signerDigest(set, 120122);
    const fields = { ...set, chainId: 120122, digest, governanceTransaction: sha("gov"), certificate: "block 7" };
    writeFileSync(file, JSON.stringify({ ...fields, signatures: [] }));
    const run = async () => {
      let text = "";
      const add = (part: string) => (text += part);
      const code = await runCli(["--json", "signers", "sign", file, "--ledger", url], { out: add, err: add });
      return { code, text };
    };
    try {
      device.approves = false;
      assert.match((await run()).text, /SIGNER_REFUSED/);
      device.approves = true;
      const { code, text } = await run();
      assert.equal(code, 0, text);
      assert.equal(device.shown.at(-1), `message ${digest}`);
      const current = { epoch: 0, signers: [ADDRESS, operator, contracts.usdt], threshold: 2 as const };
      assert.throws(() => acceptSignerFile(readFileSync(file, "utf8"), current, 120122), /1 of 2 current signers/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("pays, as the second key of the 2-of-3 account, by both routes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "payout-ledger-"));
    const world = await new World().start();
    const socket = join(folder, "s.sock");
    const journal = new SignerJournal(new MemoryMedium());
    await journal.start();
    const asked: string[] = [];
    const daemon = new SignerDaemon({
      key: signer,
      policy: signerPolicySchema.parse({
        operator,
        routerV0: contracts.routerV0,
        routerKyc: contracts.routerKyc,
        prompt: true,
      }),
      journal,
      clock: world.clock,
      socket,
      confirm: async (text) => asked.push(text) > 0,
    });
    await daemon.start();
    try {
      // The account's third key is replaced by the Ledger's, and only the first and this one are at hand.
      const set = {
        epoch: 0,
        signers: [...world.config.operator.signers.signers.slice(0, 2), ADDRESS],
        threshold: 2 as const,
      };
      world.setSigners(set);
      world.signers.splice(1);
      const remote = new RemoteSigner({ name: "ledger", address: ADDRESS, target: { socket }, timeoutMs: 5000 });
      const engine = world.engine(undefined, [...world.signers, remote]);
      await world.approved("clear");
      const to = operator;
      const kyc = world.kyc({ payoutId: sha("by hash"), to, amount: 12_000_000n });
      await world.approved("by hash", { to, route: "KYC", kyc });
      await world.run(engine, async () => (await world.store.countStates()).confirmed === 2);
      assert.deepEqual([world.transfers(sha("clear")), world.transfers(sha("by hash"))], [1, 1]);
      assert.equal(device.shown.length, 2);
      assert.match(
        asked.join("\n"),
        /pay 12.00 USDT[\s\S]*The Ledger cannot show this one. It shows the hash, which must be/,
      );
    } finally {
      await daemon.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
