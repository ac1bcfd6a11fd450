import assert from "node:assert/strict";
import { fromHex, toHex, u32be } from "@lucid/consensus/base";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import {
  accountFromPrivateKey,
  blsKeyFromSecret,
  deriveAccount,
  deriveBlsKey,
  deriveBlsKeyAt,
  deriveChunkKey,
  deriveIndexKey,
  deriveOwnerKey,
  deriveSessionKey,
  entropyToMnemonic,
  formatAddress,
  generateMnemonic,
  generatePeerKey,
  mnemonicToEntropy,
  mnemonicToSeed,
  parseAddress,
  parseMnemonic,
  peerKeyFromSecret,
} from "../../../src/index.js";

const devMnemonic = `${"test ".repeat(11)}junk`;
const zeroMnemonic12 = `${"abandon ".repeat(11)}about`;
const zeroMnemonic24 = `${"abandon ".repeat(23)}art`;

describe("keys: mnemonic (BIP-39)", () => {
  // From the vectors that BIP-39 names (passphrase TREZOR).
  it("gives the seeds of the standard's vectors", async () => {
    assert.equal(
      toHex(await mnemonicToSeed(zeroMnemonic12, "TREZOR")),
      "0xc55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04",
    );
    assert.equal(
      toHex(await mnemonicToSeed(zeroMnemonic24, "TREZOR")),
      "0xbda85446c68413707090a52022edd26a1c9462295029f2e60cd7c4f2bbd3097170af7a4d73245cafa9c3cca8d561a7c3de6f5d4a10be8ed2a5e608d68f92fcc8",
    );
  });

  it("takes a mnemonic as people type it", () => {
    assert.equal(parseMnemonic(`  ${devMnemonic.toUpperCase().replaceAll(" ", " \n\t ")} `), devMnemonic);
  });

  it("makes mnemonics of every length, 24 by default, that parse", () => {
    for (const words of [12, 15, 18, 21, 24] as const) {
      const mnemonic = generateMnemonic(words);
      assert.equal(mnemonic.split(" ").length, words);
      assert.equal(parseMnemonic(mnemonic), mnemonic);
    }
    assert.equal(generateMnemonic().split(" ").length, 24);
    assert.notEqual(generateMnemonic(), generateMnemonic());
  });

  it("goes to entropy and back", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(16, 20, 24, 28, 32),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (length, bytes) => {
          const entropy = bytes.slice(0, length);
          assert.deepEqual(mnemonicToEntropy(entropyToMnemonic(entropy)), entropy);
        },
      ),
    );
    assert.throws(() => entropyToMnemonic(new Uint8Array(17)), { code: "KEY_INVALID" });
    assert.throws(() => entropyToMnemonic(new Uint8Array(36)), { code: "KEY_INVALID" });
  });

  it("says what is wrong, and where, without repeating a word", () => {
    assert.throws(() => parseMnemonic(""), { code: "MNEMONIC_WORD_COUNT" });
    assert.throws(() => parseMnemonic("test ".repeat(11)), { code: "MNEMONIC_WORD_COUNT", meta: { words: 11 } });
    assert.throws(() => parseMnemonic("test ".repeat(12)), { code: "MNEMONIC_CHECKSUM" });
    const typo = devMnemonic.replace("test test test", "test secretword test");
    assert.throws(
      () => parseMnemonic(typo),
      (error: Error & { code: string; meta: object }) => {
        assert.equal(error.code, "MNEMONIC_UNKNOWN_WORD");
        assert.deepEqual(error.meta, { position: 2 });
        assert.ok(
          !JSON.stringify([error.message, error.stack, error.meta, String(error.cause)]).includes("secretword"),
        );
        return true;
      },
    );
  });
});

describe("keys: texts from people (fuzz)", () => {
  const coded = (parse: (text: string) => unknown, prefix: string) => (text: string) => {
    try {
      parse(text);
    } catch (error) {
      assert.ok(error instanceof Error && "code" in error && String(error.code).startsWith(prefix), String(error));
    }
  };
  const words = fc.array(fc.oneof(fc.constantFrom("abandon", "about", "zoo", "Zoo", "ábaco"), fc.string()), {
    maxLength: 26,
  });

  it("gives a code for anything that is no mnemonic or no address", () => {
    fc.assert(
      fc.property(words, (list) => coded(parseMnemonic, "MNEMONIC_")(list.join(" "))),
      { numRuns: 500, seed: 20261123 },
    );
    fc.assert(fc.property(fc.string({ unit: "binary" }), coded(parseMnemonic, "MNEMONIC_")), {
      numRuns: 500,
      seed: 20261123,
    });
    const almost = fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEFgx"), minLength: 38, maxLength: 42 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          almost.map((text) => `0x${text}`),
        ),
        coded(parseAddress, "ADDRESS_"),
      ),
      { numRuns: 500, seed: 20261123 },
    );
  });

  it("reads back every address that it writes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (address) => {
        const text = formatAddress(address);
        assert.deepEqual(parseAddress(text), address);
        assert.deepEqual(parseAddress(`0x${text.slice(2).toUpperCase()}`), address);
      }),
    );
  });
});

describe("keys: accounts (BIP-32, BIP-44, EIP-55)", () => {
  it("gives the accounts that every Ethereum tool derives from the development mnemonic", async () => {
    const seed = await mnemonicToSeed(devMnemonic);
    const first = deriveAccount(seed);
    assert.equal(first.path, "m/44'/60'/0'/0/0");
    assert.equal(formatAddress(first.address), "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
    assert.equal(toHex(first.privateKey), "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
    assert.equal(formatAddress(deriveAccount(seed, 1).address), "0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
    assert.equal(formatAddress(deriveAccount(seed, 9).address), "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720");
  });

  it("refuses keys out of range", () => {
    const order = fromHex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    for (const key of [new Uint8Array(32), order, new Uint8Array(31), new Uint8Array(33)]) {
      assert.throws(() => accountFromPrivateKey(key), { code: "KEY_INVALID" });
    }
    assert.throws(() => deriveAccount(new Uint8Array(64), -1), { code: "KEY_INVALID" });
    assert.throws(() => deriveAccount(new Uint8Array(63)), { code: "KEY_INVALID" });
  });

  it("checks the case of an address (vectors of EIP-55)", () => {
    for (const text of [
      "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
      "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
      "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
      "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ]) {
      assert.equal(formatAddress(parseAddress(text)), text);
      assert.equal(formatAddress(parseAddress(text.toLowerCase())), text);
      assert.throws(() => parseAddress(text.replace("b", "B").replace("aA", "Aa")), { code: "ADDRESS_INVALID" });
    }
    for (const text of ["", "0x", "0x12", `0x${"g".repeat(40)}`, "f39Fd6e51aad88F6F4ce6aB8827279cffFb92266"]) {
      assert.throws(() => parseAddress(text), { code: "ADDRESS_INVALID" });
    }
  });
});

describe("keys: BLS (EIP-2333, EIP-2334)", () => {
  // The four test cases of EIP-2333.
  const cases = [
    {
      seed: "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04",
      master: 6083874454709270928345386274498605044986640685124978867557563392430687146096n,
      index: 0,
      child: 20397789859736650942317412262472558107875392172444076792671091975210932703118n,
    },
    {
      seed: "3141592653589793238462643383279502884197169399375105820974944592",
      master: 29757020647961307431480504535336562678282505419141012933316116377660817309383n,
      index: 3141592653,
      child: 25457201688850691947727629385191704516744796114925897962676248250929345014287n,
    },
    {
      seed: "0099FF991111002299DD7744EE3355BBDD8844115566CC55663355668888CC00",
      master: 27580842291869792442942448775674722299803720648445448686099262467207037398656n,
      index: 4294967295,
      child: 29358610794459428860402234341874281240803786294062035874021252734817515685787n,
    },
    {
      seed: "d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3",
      master: 19022158461524446591288038168518313374041767046816487870552872741050760015818n,
      index: 42,
      child: 31372231650479070279774297061823572166496564838472787488249775572789064611981n,
    },
  ];

  it("gives the keys of the standard's vectors", () => {
    for (const { seed, master, index, child } of cases) {
      assert.equal(BigInt(toHex(deriveBlsKeyAt(fromHex(seed), "m").secretKey)), master);
      assert.equal(BigInt(toHex(deriveBlsKeyAt(fromHex(seed), `m/${index}`).secretKey)), child);
    }
  });

  it("walks the validator's path, and its public key is the one of another library", async () => {
    const seed = await mnemonicToSeed(devMnemonic);
    const key = deriveBlsKey(seed);
    assert.equal(key.path, "m/12381/3600/0/0/0");
    assert.deepEqual(key.secretKey, deriveBlsKeyAt(seed, key.path).secretKey);
    const point = bls12_381.G1.Point.BASE.multiply(BigInt(toHex(key.secretKey)));
    assert.deepEqual(key.publicKey, point.toBytes(true));
    assert.notDeepEqual(deriveBlsKey(seed, 1).secretKey, key.secretKey);
  });

  it("refuses bad paths, seeds and secrets", () => {
    const seed = new Uint8Array(32);
    for (const path of ["", "x", "m/", "m/a", "m/-1", "m/4294967296", "m/1'", "m//1"]) {
      assert.throws(() => deriveBlsKeyAt(seed, path), { code: "KEY_INVALID" });
    }
    assert.throws(() => deriveBlsKeyAt(new Uint8Array(31), "m"), { code: "KEY_INVALID" });
    for (const secret of [new Uint8Array(32), new Uint8Array(32).fill(0xff), new Uint8Array(5)]) {
      assert.throws(() => blsKeyFromSecret(secret), { code: "KEY_INVALID" });
    }
  });
});

describe("keys: session keys (RFC 5869)", () => {
  const text = (value: string) => new TextEncoder().encode(value);

  it("are HKDF-SHA-256 with the documented inputs (against another implementation)", async () => {
    const seed = await mnemonicToSeed(devMnemonic);
    const id = new Uint8Array(32).fill(7);
    const owner = deriveOwnerKey(seed);
    const session = deriveSessionKey(owner, id);
    assert.deepEqual(owner, hkdf(sha256, seed, undefined, text("lucid/owner/v1"), 32));
    assert.deepEqual(deriveIndexKey(seed), hkdf(sha256, seed, undefined, text("lucid/index/v1"), 32));
    assert.deepEqual(session, hkdf(sha256, owner, id, text("lucid/session/v1"), 32));
    for (const index of [0, 1, 0xffffffff]) {
      const context = new Uint8Array([...text("lucid/chunk/v1"), ...u32be(index)]);
      assert.deepEqual(deriveChunkKey(session, index), hkdf(sha256, session, undefined, context, 32));
    }
  });

  it("stay what they are (golden, development mnemonic, session id 0x07 x 32)", async () => {
    const seed = await mnemonicToSeed(devMnemonic);
    const session = deriveSessionKey(deriveOwnerKey(seed), new Uint8Array(32).fill(7));
    assert.deepEqual(
      [
        deriveOwnerKey(seed),
        deriveIndexKey(seed),
        session,
        deriveChunkKey(session, 0),
        deriveChunkKey(session, 0xffffffff),
      ].map(toHex),
      [
        "0xb84de51806a509815f2e47849482a47987c0a551676148437b4d6832b2a7f735",
        "0x57105ac40393ddd05029c239425baea18efd8be84a09f060acce34b393b4bfaa",
        "0x1766f2f2b838e9b1e2f2d3d07b6d1260e77da64d5f8c878634cd82c78eee4f85",
        "0x269702195828c24e2b2491814e3978fbd461fac7b0cc7ce2703a68f9c128959c",
        "0x04d0c22eb65c0c8ef37e38dd689b4d665bbb867aba5b31d70c448e713a80eb5e",
      ],
    );
  });

  it("refuse inputs of another length", () => {
    assert.throws(() => deriveOwnerKey(new Uint8Array(32)), { code: "KEY_INVALID" });
    assert.throws(() => deriveIndexKey(new Uint8Array(65)), { code: "KEY_INVALID" });
    assert.throws(() => deriveSessionKey(new Uint8Array(32), new Uint8Array(16)), { code: "KEY_INVALID" });
    assert.throws(() => deriveSessionKey(new Uint8Array(31), new Uint8Array(32)), { code: "KEY_INVALID" });
    assert.throws(() => deriveChunkKey(new Uint8Array(0), 0), { code: "KEY_INVALID" });
    assert.throws(() => deriveChunkKey(new Uint8Array(32), 2 ** 32), { code: "OUT_OF_RANGE" });
  });
});

describe("keys: peer key", () => {
  it("is Ed25519 (first vector of RFC 8032)", () => {
    const key = peerKeyFromSecret(fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
    assert.equal(toHex(key.publicKey), "0xd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assert.notDeepEqual(generatePeerKey().secretKey, generatePeerKey().secretKey);
    assert.throws(() => peerKeyFromSecret(new Uint8Array(64)), { code: "KEY_INVALID" });
  });
});
