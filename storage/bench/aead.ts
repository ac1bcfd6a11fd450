import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { type Bench, median, numberOption, round } from "@lucid/consensus/bench";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { decryptInPlace, encryptInto } from "../src/index.js";

const MIB = 1024 * 1024;
/** As ours does: larger pieces are slower, since each result is a new buffer. */
const PIECE = 64 * 1024;

class BenchFailure extends Error {}

/** Our XChaCha20-Poly1305 on a chunk, beside the pure JavaScript one and beside OpenSSL with nothing around it. */
export const bench: Bench = {
  name: "aead",
  summary: "XChaCha20-Poly1305 on one core, against @noble/ciphers and the native limit: [--mib 8] [--rounds 15]",
  async run({ args, log }) {
    const mib = numberOption(args, "mib", 8);
    const rounds = numberOption(args, "rounds", 15);
    const length = mib * MIB;
    const plain = randomBytes(length);
    const key = randomBytes(32);
    const nonce = randomBytes(24);
    const aad = randomBytes(71);
    const out = new Uint8Array(new SharedArrayBuffer(length + 16));
    const secret = { key, nonce, aad };
    const reference = xchacha20poly1305(key, nonce, aad).encrypt(plain);
    encryptInto(out, 0, [plain], secret);
    const equal = Buffer.from(out).equals(reference);

    const seal = () => void encryptInto(out, 0, [plain], secret);
    const open = () => {
      if (decryptInPlace(out, 0, length + 16, secret) === undefined) throw new BenchFailure("the tag does not fit");
    };
    const noble = () => void xchacha20poly1305(key, nonce, aad).encrypt(plain);
    const nativeSeal = () => {
      const cipher = createCipheriv("chacha20-poly1305", key, nonce.subarray(0, 12), { authTagLength: 16 });
      cipher.setAAD(aad, { plaintextLength: length });
      for (let at = 0; at < length; at += PIECE) cipher.update(plain.subarray(at, at + PIECE));
      cipher.final();
    };
    const nonce12 = nonce.subarray(0, 12);
    const native = createCipheriv("chacha20-poly1305", key, nonce12, { authTagLength: 16 });
    native.setAAD(aad, { plaintextLength: length });
    const sealed = native.update(plain);
    native.final();
    const tag = native.getAuthTag();
    const nativeOpen = () => {
      const decipher = createDecipheriv("chacha20-poly1305", key, nonce12, { authTagLength: 16 });
      decipher.setAAD(aad, { plaintextLength: length });
      decipher.setAuthTag(tag);
      for (let at = 0; at < length; at += PIECE) decipher.update(sealed.subarray(at, at + PIECE));
      decipher.final();
    };
    const times = { seal: [], open: [], noble: [], nativeSeal: [], nativeOpen: [] } as Record<string, number[]>;
    for (let i = 0; i < rounds + 2; i++) {
      for (const [name, action] of Object.entries({ seal, open, nativeSeal, nativeOpen, noble })) {
        // The JavaScript one is slow: a few rounds tell enough.
        if (name === "noble" && i > 4) continue;
        // Opening is in place: the ciphertext has to be there again.
        if (name === "open") out.set(reference);
        const began = process.hrtime.bigint();
        action();
        const seconds = Number(process.hrtime.bigint() - began) / 1e9;
        if (i >= 2) times[name]?.push(mib / seconds);
      }
    }
    const rate = (name: string) => median(times[name] ?? []);
    for (const name of Object.keys(times)) log(`${name.padEnd(12)}${Math.round(rate(name))} MiB/s`);
    return {
      equal,
      sealMiBps: round(rate("seal"), 0),
      openMiBps: round(rate("open"), 0),
      vsNoble: round(rate("seal") / rate("noble"), 1),
      ofNative: round(rate("seal") / rate("nativeSeal")),
      openOfNative: round(rate("open") / rate("nativeOpen")),
    };
  },
};
