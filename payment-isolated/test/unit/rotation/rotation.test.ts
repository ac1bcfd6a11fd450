import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HDNodeWallet } from "ethers";
import { runCli } from "../../../src/cli/program.js";
import { addressToHex } from "../../../src/domain/address.js";
import { SERVICE_ID } from "../../../src/domain/documents.js";
import { signersInForce } from "../../../src/engine/serviceRecord.js";
import { hasCode } from "../../../src/errors.js";

import {
  acceptSignerFile,
  addSignature,
  readSignerFile,
  signDigest,
  signerDigest,
} from "../../../src/rotation/signerFile.js";
import { addressOfKey, sealKeystore } from "../../../src/signers/keystore.js";
import { sha } from "../../support/fixtures.js";
import { keyOf } from "../../support/keys.js";
import { LocalSigner, operator, signerKeys, World } from "../../support/world.js";

const CHAIN = 120122;
const TEST_WORDS = "test test test test test test test test test test test junk";
const newKeys = [signerKeys[0], keyOf("new two"), keyOf("new three")] as const;

function file(
  change: Record<string, unknown> = {},
  signers: readonly { privateKey: Uint8Array }[] = [signerKeys[0], signerKeys[1]],
): string {
  const set = { epoch: 1, signers: newKeys.map(({ address }) => address), threshold: 2 as const };
  const digest = signerDigest(set, CHAIN);
  const signatures = signers.map(({ privateKey }) => signDigest(digest, privateKey));
  return JSON.stringify({
    ...set,
    chainId: CHAIN,
    digest,
    governanceTransaction: sha("gov"),
    certificate: "block 1234",
    signatures,
    ...change,
  });
}

describe("signer file", () => {
  const current = { epoch: 0, signers: signerKeys.map(({ address }) => address), threshold: 2 as const };

  it("is taken with two current signers' signatures, and for nothing less", () => {
    assert.equal(acceptSignerFile(file(), current, CHAIN).set.epoch, 1);
    const other = newKeys.map(({ address }) => address);
    const bad: string[] = [
      file({}, [signerKeys[0]]),
      file({}, [signerKeys[0], signerKeys[0]]),
      file({}, [signerKeys[0], keyOf("stranger")]),
      file({ epoch: 2 }),
      file({ chainId: 1 }),
      file({ digest: sha("other") }),
      file({ threshold: 1 }),
      file({ signers: [other[0], other[0], other[1]] }),
      file({ signers: [other[1], other[0], other[2]] }),
      file({ extra: true }),
      "{",
      "[]",
    ];
    for (const text of bad)
      assert.throws(
        () => acceptSignerFile(text, current, CHAIN),
        (error: unknown) => hasCode(error, "BAD_ROTATION"),
        text.slice(0, 80),
      );
  });

  it("has a fixed digest", () => {
    assert.equal(signerDigest(current, CHAIN).length, 64);
    assert.notEqual(signerDigest(current, CHAIN), signerDigest({ ...current, epoch: 1 }, CHAIN));
  });
});

describe("signer file as the node exports it", () => {
  /** Written by `lucid gov signers export` in node/test/e2e/cli/governedChain.test.ts; a test of scripts compares. */
  const exported = readFileSync(new URL("../../../../test/vectors/signersExport.json", import.meta.url), "utf8");
  /** The genesis signers of a devnet: the first three accounts of the test words. */
  const wallets = [0, 1, 2].map((index) => HDNodeWallet.fromPhrase(TEST_WORDS, undefined, `m/44'/60'/0'/0/${index}`));
  const keys = wallets.map(({ privateKey }) => Buffer.from(privateKey.slice(2), "hex"));
  const genesis = { epoch: 0, signers: keys.map(addressOfKey), threshold: 2 as const };
  const { digest } = readSignerFile(exported);
  const signedBy = (text: string, ...who: number[]) =>
    who.reduce(
      (file, index) => JSON.stringify(addSignature(file, signDigest(digest, keys[index] ?? Buffer.alloc(0)))),
      text,
    );

  it("is taken with the signatures of two signers of the epoch before", () => {
    const text = signedBy(exported, 2, 0);
    const { set, file: accepted } = acceptSignerFile(text, genesis, CHAIN);
    assert.equal(set.epoch, 1);
    assert.deepEqual(set.signers.map(addressToHex), [
      "4190f79bf6eb2c4f870365e785982e1f101e93b906",
      "4115d34aaf54267db7d7c367839aaf71a00a2c6a65",
      "419965507d1a55bcc2695c58ba16fb37d819b0a4dc",
    ]);
    assert.equal(accepted.payoutEpochLength, 2_592_000);
    // Signing twice adds nothing, and the rest of the file stays as it was exported.
    assert.equal(signedBy(text, 2, 0), text);
    assert.equal(JSON.stringify({ ...JSON.parse(text), signatures: [] }), exported);
  });

  it("is refused with another epoch or digest, of another chain, after another set, or with too few signatures", () => {
    const refuse = (text: string, current = genesis) =>
      assert.throws(
        () => acceptSignerFile(text, current, CHAIN),
        (error: unknown) => hasCode(error, "BAD_ROTATION"),
      );
    const text = signedBy(exported, 0, 1);
    const change = (fields: object) => JSON.stringify({ ...JSON.parse(text), ...fields });
    refuse(exported);
    refuse(signedBy(exported, 1));
    refuse(change({ epoch: 2 }));
    refuse(change({ epoch: 0 }));
    refuse(change({ digest: "00".repeat(32) }));
    refuse(change({ chainId: 120120 }));
    refuse(change({ payoutEpochLength: 7 * 86_400 }));
    refuse(text, { ...genesis, epoch: 1 });
    refuse(text, { ...genesis, signers: newKeys.map(({ address }) => address) });
    assert.throws(
      () => addSignature(change({ digest: "00".repeat(32) }), signDigest("00".repeat(32), keys[0] ?? Buffer.alloc(0))),
      (error: unknown) => hasCode(error, "BAD_ROTATION"),
    );
  });

  it("is looked at, signed and judged by the command line alone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "payout-signers-"));
    const path = (name: string) => join(folder, name);
    const run = async (...args: string[]) => {
      let text = "";
      const add = (part: string) => (text += part);
      const code = await runCli(["--data", folder, "--json", ...args], { out: add, err: add });
      return { code, text };
    };
    try {
      writeFileSync(path("signers.json"), exported);
      writeFileSync(path("pass"), "of the test");
      for (const [index, key] of keys.entries())
        writeFileSync(path(`${index}.json`), await sealKeystore(key, "of the test", true));
      const { contracts, operator: account } = new World().config;
      const engine = { contracts, operator: { ...account, signers: genesis } };
      const config = { network: { name: "test", genesisId: sha("x") }, nodes: [{ url: "http://127.0.0.1:1" }], engine };
      writeFileSync(path("config.yaml"), JSON.stringify(config));
      const file = path("signers.json");
      const sign = (index: number) =>
        run("signers", "sign", file, "--key", path(`${index}.json`), "--passphrase-file", path("pass"));
      assert.match((await run("signers", "check", file)).text, /0 of 2 current signers/);
      assert.equal(JSON.parse((await sign(0)).text).signatures, 1);
      const early = await run("signers", "check", file);
      assert.deepEqual([early.code, JSON.parse(early.text).error.code], [4, "BAD_ROTATION"]);
      assert.equal((await sign(1)).code, 0);
      const judged = await run("signers", "check", file);
      assert.equal(judged.code, 0, judged.text);
      assert.equal(JSON.parse(judged.text).payoutEpochLength, 2_592_000);
      // As the file of the epoch after itself it is nothing.
      assert.equal((await run("signers", "check", file, "--after", file)).code, 4);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("rotation in mid-run", function () {
  this.timeout(60_000);

  it("drains, changes the account, verifies it, goes on; a removed key cannot pay", async () => {
    const world = await new World({ config: { maxOpen: 2 } }).start();
    const engine = world.engine();
    for (let index = 0; index < 6; index++) await world.approved(`r${index}`);
    await world.run(engine, async () => (await world.store.countStates()).broadcast > 0);
    const { set, file: accepted } = acceptSignerFile(file(), world.config.operator.signers, CHAIN);
    await world.book.updateService((service) => ({
      ...service,
      rotation: { to: set, digest: accepted.digest, startedAt: world.clock.now() },
    }));
    // The removed key and the new ones are all at hand: which of them count decides the set in force alone.
    world.signers.push(new LocalSigner("n2", newKeys[1]), new LocalSigner("n3", newKeys[2]));
    let builtWhileRotating = 0;
    await world.run(engine, async () => {
      const service = await world.store.get("service", SERVICE_ID);
      const counts = await world.store.countStates();
      if (service?.task !== undefined)
        builtWhileRotating += counts.built + counts.signed + counts.broadcast + counts.included;
      return service !== undefined && service.rotation === undefined;
    });
    assert.equal(builtWhileRotating, 0, "nothing is open while the permissions change");
    const service = await world.store.get("service", SERVICE_ID);
    assert.ok(service !== undefined);
    assert.equal(signersInForce(service, world.config).epoch, 1);
    const keys = world.chain
      .account(addressToHex(operator))
      ?.owner.keys.map(({ address }) => address)
      .sort();
    assert.deepEqual(keys, newKeys.map(({ address }) => addressToHex(address)).sort());
    assert.ok((await world.store.countStates()).confirmed < 6);
    await world.run(engine, async () => (await world.store.countStates()).confirmed === 6);
    // Only the removed keys left: nothing is paid.
    for (const signer of world.signers) signer.down = newKeys.some(({ address }) => address === signer.address);
    await world.approved("late");
    await engine.runOnce();
    const late = await world.get("late");
    assert.equal(late.state, "built");
    assert.equal(late.attempt?.signatures.length, 0);
  });

  it("a journal killed in the middle of the change goes on with the same transaction", async () => {
    const world = await new World().start();
    const { set, file: accepted } = acceptSignerFile(file(), world.config.operator.signers, CHAIN);
    await world.book.updateService((service) => ({
      ...service,
      rotation: { to: set, digest: accepted.digest, startedAt: world.clock.now() },
    }));
    const engine = world.engine();
    await world.run(
      engine,
      async () => (await world.store.get("service", SERVICE_ID))?.task?.attempt?.signedHex !== undefined,
    );
    const txid = (await world.store.get("service", SERVICE_ID))?.task?.attempt?.txid;
    await world.restartStore();
    await world.chain.produce(10);
    await world.run(world.engine(), async () => (await world.store.get("service", SERVICE_ID))?.rotation === undefined);
    assert.equal((await world.store.get("service", SERVICE_ID))?.lastTask?.txid, txid);
  });
});
