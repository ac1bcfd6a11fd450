import { createCipheriv } from "node:crypto";
import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256, toHex } from "@lucid/consensus/base";

const MIB = 1024 * 1024;
const TEXT_NAME = /\.(js|mjs|cjs|ts|tsx|md|json|map|sol|css|html)$/;

/** Incompressible and the same every time: the key stream of ChaCha20 under a fixed key. */
export async function writeNoise(path: string, length: number): Promise<void> {
  const cipher = createCipheriv("chacha20", Buffer.alloc(32, 1), Buffer.alloc(16, 2));
  const zeros = Buffer.alloc(4 * MIB);
  const file = await open(path, "w");
  try {
    for (let at = 0; at < length; at += zeros.length) {
      await file.write(cipher.update(zeros.subarray(0, Math.min(zeros.length, length - at))));
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Source code and documentation: the texts of the installed packages, each content once. Where they do not suffice they come
 * again with other words in the same places, so that compression finds what it found before and deduplication finds nothing.
 */
export async function writeText(path: string, length: number, folder: string): Promise<void> {
  const file = await open(path, "w");
  let written = 0;
  try {
    for (let pass = 0; written < length; pass++) {
      const seen = new Set<string>();
      const before = written;
      for await (const name of textFiles(folder)) {
        const original = await readFile(name);
        const hash = toHex(sha256(original));
        if (seen.has(hash)) continue;
        seen.add(hash);
        const text = pass === 0 ? original : Buffer.from(reword(original.toString("latin1"), pass), "latin1");
        const piece = text.subarray(0, length - written);
        await file.write(piece);
        written += piece.length;
        if (written === length) break;
      }
      if (written === before) break;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Each longer word becomes another one, the same one everywhere in a pass: its letters are turned in the alphabet. */
function reword(text: string, pass: number): string {
  const known = new Map<string, string>();
  return text.replace(/[A-Za-z]{4,}/g, (word) => {
    let other = known.get(word);
    if (other === undefined) {
      let state = pass * 7919;
      other = "";
      for (const letter of word) {
        const code = letter.charCodeAt(0);
        const base = code >= 97 ? 97 : 65;
        state = (state * 31 + code) % 26;
        other += String.fromCharCode(base + ((code - base + state + pass) % 26));
      }
      known.set(word, other);
    }
    return other;
  });
}

async function* textFiles(folder: string): AsyncGenerator<string, void, undefined> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* textFiles(path);
    else if (entry.isFile() && TEXT_NAME.test(entry.name)) yield path;
  }
}
