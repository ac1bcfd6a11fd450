import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { fromHex, sha256, toHex } from "@lucid/consensus/base";
import { decryptKeystoreJson, encryptKeystoreJson } from "ethers";
import fc from "fast-check";
import {
  blsKeyFromSecret,
  decryptKeystoreBls,
  decryptKeystoreV3,
  deriveAccount,
  deriveBlsKey,
  deviceFingerprint,
  encryptKeystoreBls,
  encryptKeystoreV3,
  formatAddress,
  generateDeviceId,
  generatePeerKey,
  loadAccount,
  loadBlsKey,
  loadOrCreateDeviceId,
  loadOwner,
  loadPeerKey,
  mnemonicToSeed,
  readAccountAddress,
  readBlsPublicKey,
  saveAccount,
  saveBlsKey,
  saveOwner,
  savePeerKey,
} from "../../../src/index.js";

/** Little work: these tests are about formats. The standards' own vectors keep their cost. */
const cost = { n: 1024, r: 8, p: 1 };
const devMnemonic = `${"test ".repeat(11)}junk`;

describe("keystore: Web3 secret storage v3", function () {
  this.timeout(30_000);
  const secret = fromHex("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d");
  // The two vectors of the Web3 Secret Storage definition.
  const scryptVector = {
    crypto: {
      cipher: "aes-128-ctr",
      cipherparams: { iv: "83dbcc02d8ccb40e466191a123791e0e" },
      ciphertext: "d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
      kdf: "scrypt",
      kdfparams: {
        dklen: 32,
        n: 262144,
        p: 8,
        r: 1,
        salt: "ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19",
      },
      mac: "2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097",
    },
    id: "3198bc9c-6672-5ab3-d995-4942343ae5b6",
    version: 3,
  };
  const pbkdf2Vector = {
    crypto: {
      cipher: "aes-128-ctr",
      cipherparams: { iv: "6087dab2f9fdbbfaddc31a909735c1e6" },
      ciphertext: "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
      kdf: "pbkdf2",
      kdfparams: {
        c: 262144,
        dklen: 32,
        prf: "hmac-sha256",
        salt: "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
      },
      mac: "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
    },
    id: "3198bc9c-6672-5ab3-d995-4942343ae5b6",
    version: 3,
  };

  it("opens the standard's vectors", async () => {
    assert.deepEqual(await decryptKeystoreV3(scryptVector, "testpassword"), secret);
    assert.deepEqual(await decryptKeystoreV3(pbkdf2Vector, "testpassword"), secret);
  });

  it("is opened by ethers, and opens what ethers writes, also with accents in the passphrase", async () => {
    const account = deriveAccount(await mnemonicToSeed(devMnemonic));
    for (const passphrase of ["correct horse", "Ångström ﬁsh 🔑", ""]) {
      const ours = await encryptKeystoreV3(account.privateKey, passphrase, { address: account.address, cost });
      const theirs = await decryptKeystoreJson(JSON.stringify(ours), passphrase);
      assert.equal(theirs.privateKey, toHex(account.privateKey));
      assert.equal(theirs.address, formatAddress(account.address));
      const written = await encryptKeystoreJson(
        { address: formatAddress(account.address), privateKey: toHex(account.privateKey) },
        passphrase,
        { scrypt: { N: 1024, r: 8, p: 1 } },
      );
      assert.deepEqual(await decryptKeystoreV3(JSON.parse(written), passphrase), account.privateKey);
    }
  });

  it("holds 1 to 256 bytes", async () => {
    for (const size of [0, 257])
      await assert.rejects(encryptKeystoreV3(new Uint8Array(size), "x", { cost }), { code: "KEY_INVALID" });
    for (const size of [1, 16, 256]) {
      const bytes = new Uint8Array(size).fill(size);
      assert.deepEqual(await decryptKeystoreV3(await encryptKeystoreV3(bytes, "x", { cost }), "x"), bytes);
    }
    await assert.rejects(encryptKeystoreV3(secret, "x", { cost: { n: 3, r: 8, p: 1 } }), {
      code: "KEYSTORE_UNSUPPORTED",
    });
  });

  it("refuses a wrong passphrase and a changed ciphertext alike", async () => {
    const keystore = await encryptKeystoreV3(secret, "right", { cost });
    await assert.rejects(decryptKeystoreV3(keystore, "wrong"), { code: "KEYSTORE_PASSPHRASE" });
    const flipped = structuredClone(keystore) as { crypto: { ciphertext: string } };
    flipped.crypto.ciphertext = `${flipped.crypto.ciphertext[0] === "0" ? "1" : "0"}${flipped.crypto.ciphertext.slice(1)}`;
    await assert.rejects(decryptKeystoreV3(flipped, "right"), { code: "KEYSTORE_PASSPHRASE" });
  });

  it("refuses costs that would take the machine down, before it spends them", async () => {
    const base = await encryptKeystoreV3(secret, "x", { cost });
    for (const change of [
      { n: 2 ** 30 },
      { n: 1000 },
      { r: 2 ** 20 },
      { p: 2 ** 20 },
      { n: 2 ** 22, r: 64 },
      { n: 0 },
      { p: 0 },
    ]) {
      const kdfparams = { ...base.crypto.kdfparams, ...change };
      await assert.rejects(decryptKeystoreV3({ ...base, crypto: { ...base.crypto, kdfparams } }, "x"), {
        code: "KEYSTORE_UNSUPPORTED",
      });
    }
    const rounds = { ...pbkdf2Vector.crypto, kdfparams: { ...pbkdf2Vector.crypto.kdfparams, c: 1e12 } };
    await assert.rejects(decryptKeystoreV3({ ...pbkdf2Vector, crypto: rounds }, "x"), { code: "KEYSTORE_UNSUPPORTED" });
    await assert.rejects(decryptKeystoreV3({ ...base, version: 1 }, "x"), { code: "KEYSTORE_UNSUPPORTED" });
  });

  it("gives only coded errors on anything at all (fuzz)", async () => {
    const base = await encryptKeystoreV3(secret, "x", { cost });
    const paths = [
      "version",
      "crypto",
      "crypto.cipher",
      "crypto.cipherparams",
      "crypto.cipherparams.iv",
      "crypto.ciphertext",
      "crypto.kdf",
      "crypto.kdfparams",
      "crypto.kdfparams.salt",
      "crypto.kdfparams.dklen",
      "crypto.mac",
    ];
    const codes = new Set(["KEYSTORE_PASSPHRASE", "KEYSTORE_DAMAGED", "KEYSTORE_UNSUPPORTED"]);
    const coded = async (value: unknown) => {
      try {
        await decryptKeystoreV3(value, "y");
        assert.fail("opened");
      } catch (error) {
        assert.ok(error instanceof Error && "code" in error && codes.has(String(error.code)), inspect(error));
      }
    };
    await fc.assert(fc.asyncProperty(fc.jsonValue(), coded), { numRuns: 200, seed: 20261123 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue(), async (path, value) => {
        const changed: Record<string, unknown> = structuredClone({ ...base });
        let at = changed;
        const names = path.split(".");
        for (const name of names.slice(0, -1)) at = at[name] as Record<string, unknown>;
        at[names.at(-1) ?? ""] = value;
        await coded(changed);
      }),
      { numRuns: 200, seed: 20261123 },
    );
  });
});

describe("keystore: EIP-2335", function () {
  this.timeout(30_000);
  // The two vectors of EIP-2335; the passphrase is normalised (NFKD) and stripped of control characters.
  const passphrase = "𝔱𝔢𝔰𝔱𝔭𝔞𝔰𝔰𝔴𝔬𝔯𝔡🔑";
  const secret = "0x000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";
  const pubkey = "9612d7a727c9d0a22e185a1c768478dfe919cada9266988cb32359c11f2b7b27f4ae4040902382ae2910c15e2b420d07";
  const salt = "d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3";
  const iv = "264daa3f303d7259501c93d997d84fe6";
  const scryptVector = {
    crypto: {
      kdf: { function: "scrypt", params: { dklen: 32, n: 262144, p: 1, r: 8, salt }, message: "" },
      checksum: {
        function: "sha256",
        params: {},
        message: "d2217fe5f3e9a1e34581ef8a78f7c9928e436d36dacc5e846690a5581e8ea484",
      },
      cipher: {
        function: "aes-128-ctr",
        params: { iv },
        message: "06ae90d55fe0a6e9c5c3bc5b170827b2e5cce3929ed3f116c2811e6366dfe20f",
      },
    },
    description: "This is a test keystore that uses scrypt to secure the secret.",
    pubkey,
    path: "m/12381/60/3141592653/589793238",
    uuid: "1d85ae20-35c5-4611-98e8-aa14a633906f",
    version: 4,
  };
  const pbkdf2Vector = {
    ...scryptVector,
    crypto: {
      kdf: { function: "pbkdf2", params: { dklen: 32, c: 262144, prf: "hmac-sha256", salt }, message: "" },
      checksum: {
        function: "sha256",
        params: {},
        message: "8a9f5d9912ed7e75ea794bc5a89bca5f193721d30868ade6f73043c6ea6febf1",
      },
      cipher: {
        function: "aes-128-ctr",
        params: { iv },
        message: "cee03fde2af33149775b7223e7845e4fb2c8ae1792e5f99fe9ecf474cc8c16ad",
      },
    },
    path: "m/12381/60/0/0",
    uuid: "64625def-3331-4eea-ab6f-782f3ed16a83",
  };

  it("opens the standard's vectors", async () => {
    for (const vector of [scryptVector, pbkdf2Vector]) {
      const key = await decryptKeystoreBls(vector, passphrase);
      assert.equal(toHex(key.secretKey), secret);
      assert.equal(toHex(key.publicKey), `0x${pubkey}`);
      assert.equal(key.path, vector.path);
    }
  });

  it("opens what it writes, and nothing else does", async () => {
    const key = deriveBlsKey(await mnemonicToSeed(devMnemonic));
    const keystore = await encryptKeystoreBls(key.secretKey, "right", { path: key.path, cost });
    const opened = await decryptKeystoreBls(JSON.parse(JSON.stringify(keystore)), "right");
    assert.deepEqual([opened.secretKey, opened.publicKey, opened.path], [key.secretKey, key.publicKey, key.path]);
    await assert.rejects(decryptKeystoreBls(keystore, "wrong"), { code: "KEYSTORE_PASSPHRASE" });
  });

  it("refuses a keystore that names the key of another secret", async () => {
    const key = deriveBlsKey(await mnemonicToSeed(devMnemonic));
    const keystore = { ...(await encryptKeystoreBls(key.secretKey, "x", { cost })), pubkey };
    await assert.rejects(decryptKeystoreBls(keystore, "x"), { code: "KEYSTORE_DAMAGED" });
  });

  it("refuses a secret that is no key, and another derived length", async () => {
    const bls = (await import("@chainsafe/bls-keystore")).default;
    const zero = await bls.Keystore.create("x", new Uint8Array(32), fromHex(pubkey), "");
    await assert.rejects(decryptKeystoreBls(zero.toObject(), "x"), { code: "KEYSTORE_DAMAGED" });
    const long = structuredClone(scryptVector);
    long.crypto.kdf.params.dklen = 65;
    await assert.rejects(decryptKeystoreBls(long, "x"), { code: "KEYSTORE_UNSUPPORTED" });
    await assert.rejects(encryptKeystoreBls(new Uint8Array(32), "x"), { code: "KEY_INVALID" });
  });

  it("refuses what is no keystore, and costs out of bounds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), (value) =>
        assert.rejects(decryptKeystoreBls(value, "x"), { code: "KEYSTORE_DAMAGED" }),
      ),
      { numRuns: 200, seed: 20261123 },
    );
    const dear = structuredClone(scryptVector);
    dear.crypto.kdf.params.n = 2 ** 25;
    await assert.rejects(decryptKeystoreBls(dear, "x"), { code: "KEYSTORE_UNSUPPORTED" });
    const rounds = structuredClone(pbkdf2Vector);
    rounds.crypto.kdf.params.c = 1e13;
    await assert.rejects(decryptKeystoreBls(rounds, "x"), { code: "KEYSTORE_UNSUPPORTED" });
  });
});

describe("keystore: files", function () {
  this.timeout(30_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lucid-keys-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it("keeps every key of a node, 0600, and reads the public parts without a passphrase", async () => {
    const seed = await mnemonicToSeed(devMnemonic);
    const account = deriveAccount(seed);
    const bls = deriveBlsKey(seed);
    const peer = generatePeerKey();
    const path = (name: string) => join(folder, name);
    await saveOwner(path("owner.json"), devMnemonic, "pass", { cost });
    await saveAccount(path("account.json"), account, "pass", { cost });
    await saveBlsKey(path("bls.json"), bls, "pass", { cost });
    await savePeerKey(path("peer.key"), peer);
    const device = await loadOrCreateDeviceId(path("device.json"));
    for (const name of ["owner.json", "account.json", "bls.json", "peer.key", "device.json"]) {
      assert.equal((await stat(path(name))).mode & 0o777, 0o600, name);
    }
    assert.equal(await loadOwner(path("owner.json"), "pass"), devMnemonic);
    assert.deepEqual((await loadAccount(path("account.json"), "pass")).privateKey, account.privateKey);
    assert.deepEqual(await readAccountAddress(path("account.json")), account.address);
    assert.equal(await readAccountAddress(path("owner.json")), undefined);
    const opened = await loadBlsKey(path("bls.json"), "pass");
    assert.deepEqual([opened.secretKey, opened.path], [bls.secretKey, bls.path]);
    assert.deepEqual(await readBlsPublicKey(path("bls.json")), bls.publicKey);
    assert.deepEqual(await loadPeerKey(path("peer.key")), peer);
    assert.deepEqual(await loadOrCreateDeviceId(path("device.json")), device);
  });

  it("names the file in the error, and puts no secret into file or error", async () => {
    const seed = await mnemonicToSeed(devMnemonic);
    const account = deriveAccount(seed);
    const bls = deriveBlsKey(seed);
    const file = join(folder, "key.json");
    const secrets = [
      "test test",
      "hunter2-passphrase",
      Buffer.from(account.privateKey).toString("hex"),
      Buffer.from(bls.secretKey).toString("hex"),
      Buffer.from(seed).toString("hex").slice(0, 32),
    ];
    const clean = (text: string) => {
      for (const secret of secrets) assert.ok(!text.includes(secret), "a secret shows");
    };
    const failing = async (action: Promise<unknown>, code: string) => {
      await assert.rejects(action, (error: Error & { code: string; toObject(): object }) => {
        assert.equal(error.code, code);
        assert.ok(error.message.includes(file), error.message);
        clean(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error.toObject()));
        return true;
      });
    };
    await saveOwner(file, devMnemonic, "hunter2-passphrase", { cost });
    clean(await readFile(file, "utf8"));
    await failing(loadOwner(file, "hunter2-passphrase2"), "KEYSTORE_PASSPHRASE");
    await failing(loadAccount(file, "hunter2-passphrase"), "KEYSTORE_DAMAGED");
    await failing(readBlsPublicKey(file), "KEYSTORE_DAMAGED");
    await saveAccount(file, account, "hunter2-passphrase", { cost });
    clean(await readFile(file, "utf8"));
    await failing(loadAccount(file, "no"), "KEYSTORE_PASSPHRASE");
    await failing(loadBlsKey(file, "hunter2-passphrase"), "KEYSTORE_DAMAGED");
    const odd = await encryptKeystoreV3(new Uint8Array(17), "hunter2-passphrase", { cost });
    await writeFile(file, JSON.stringify(odd));
    await failing(loadOwner(file, "hunter2-passphrase"), "KEYSTORE_DAMAGED");
    await saveBlsKey(file, bls, "hunter2-passphrase", { cost });
    clean(await readFile(file, "utf8"));
    await failing(loadBlsKey(file, "no"), "KEYSTORE_PASSPHRASE");
    await writeFile(file, Buffer.from(account.privateKey).toString("hex"));
    await failing(loadAccount(file, "x"), "KEYSTORE_DAMAGED");
    await failing(loadPeerKey(file), "KEYSTORE_DAMAGED");
    await failing(loadOrCreateDeviceId(file), "KEYSTORE_DAMAGED");
    await writeFile(file, "{}");
    await failing(loadOrCreateDeviceId(file), "KEYSTORE_DAMAGED");
  });

  it("refuses a secret that others can read, a file that is none, and one that is missing", async () => {
    const file = join(folder, "peer.key");
    await assert.rejects(loadPeerKey(file), { code: "IO_NOT_FOUND" });
    await savePeerKey(file, generatePeerKey());
    const { chmod } = await import("node:fs/promises");
    await chmod(file, 0o640);
    await assert.rejects(loadPeerKey(file), { code: "SECRET_EXPOSED" });
    await chmod(file, 0o600);
    await writeFile(file, new Uint8Array(1 << 20));
    await assert.rejects(loadPeerKey(file), { code: "IO_TOO_LARGE" });
  });

  it("fingerprints the device without telling its id", () => {
    const id = generateDeviceId();
    assert.equal(deviceFingerprint(id), toHex(sha256(id)));
    assert.notDeepEqual(generateDeviceId(), id);
  });

  it("refuses a BLS secret out of range", () => {
    assert.throws(() => blsKeyFromSecret(new Uint8Array(32)), { code: "KEY_INVALID" });
  });
});
