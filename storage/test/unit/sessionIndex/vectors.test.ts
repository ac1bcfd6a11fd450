import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fromHex, toHex } from "@lucid/consensus/base";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { recoverAddress, Signature, TypedDataEncoder } from "ethers";
import { decodeIndexEntry, formatAddress, isSignedByOwner, openDetails } from "../../../src/index.js";
import { indexVectorsPath, makeIndexVectors } from "../../vectors/makeIndexVectors.js";

interface EntryVector {
  readonly name: string;
  readonly json?: string;
  readonly plaintext?: string;
  readonly key: string;
  readonly clock: string;
  readonly value: string;
  readonly valueHash: string;
  readonly digest: string;
  readonly encoded: string;
  readonly id: string;
}

interface Vectors {
  readonly owner: { readonly privateKey: string; readonly address: string; readonly indexKey: string };
  readonly domain: { readonly chainId: number; readonly genesisRoot: string; readonly separator: string };
  readonly session: { readonly uuid: string; readonly sessionId: string };
  readonly entries: readonly EntryVector[];
}

const vectors = JSON.parse(await readFile(indexVectorsPath, "utf8")) as Vectors;
const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

describe("vectors of the index", () => {
  it("are what this library makes", async () => {
    assert.deepEqual(JSON.parse(JSON.stringify(await makeIndexVectors())), vectors);
  });

  it("hold by the page's formulas, without this library", () => {
    const { owner, domain, session, entries } = vectors;
    const typed = {
      name: "Lucid index",
      version: "1",
      chainId: domain.chainId,
      salt: domain.genesisRoot,
    };
    assert.equal(TypedDataEncoder.hashDomain(typed), domain.separator);
    const types = {
      IndexEntry: [
        { name: "key", type: "bytes32" },
        { name: "clock", type: "uint64" },
        { name: "valueHash", type: "bytes32" },
        { name: "deleted", type: "bool" },
      ],
    };
    const hmac = createHmac("sha256", fromHex(owner.indexKey)).update(fromHex(session.sessionId)).digest();
    for (const { name, key, clock, value, valueHash, digest, encoded, id, plaintext } of entries) {
      const deleted = name !== "details";
      assert.equal(key, name === "floor" ? toHex(new Uint8Array(32)) : toHex(hmac));
      assert.equal(valueHash, toHex(sha(fromHex(value))));
      const message = { key, clock: BigInt(clock), valueHash, deleted };
      assert.equal(TypedDataEncoder.hash(typed, types, message), digest);
      const bytes = fromHex(encoded);
      assert.equal(id, toHex(sha(bytes).subarray(0, 16)));
      const clockHex = BigInt(clock).toString(16).padStart(16, "0");
      const head = `0x01${deleted ? "01" : "00"}${owner.address.slice(2)}${key.slice(2)}${clockHex}`;
      assert.equal(toHex(bytes.subarray(0, 62)), head);
      assert.equal(toHex(bytes.subarray(127)), value);
      const signature = Signature.from(toHex(bytes.subarray(62, 127)));
      assert.equal(recoverAddress(digest, signature).toLowerCase(), owner.address);
      if (plaintext === undefined) continue;
      const aad = fromHex(`${owner.address}${key.slice(2)}${clockHex}`);
      const sealed = fromHex(value);
      const opened = xchacha20poly1305(fromHex(owner.indexKey), sealed.slice(0, 24), aad).decrypt(sealed.slice(24));
      assert.equal(toHex(opened), plaintext);
    }
  });

  it("open and verify here", () => {
    const { owner, domain, entries } = vectors;
    for (const { encoded, json } of entries) {
      const entry = decodeIndexEntry(fromHex(encoded));
      assert.ok(isSignedByOwner(entry, fromHex(domain.separator)));
      if (json === undefined) continue;
      const { title, received } = openDetails(fromHex(owner.indexKey), entry);
      const written = JSON.parse(json) as { title: string; received: { owner: string } };
      assert.equal(title, written.title);
      assert.equal(received === undefined ? "" : formatAddress(received.owner), written.received.owner);
    }
  });
});
