import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlsSigner, chunkReceiptSigningRoot, nodeIdOf } from "@lucid/consensus";
import { sha256, toHex, u32be } from "@lucid/consensus/base";
import { NodeClient, socketAddress } from "../../../src/cli/nodeClient.js";
import { checkReceipts } from "../../../src/cli/session/receiptCheck.js";

const context = { genesisRoot: new Uint8Array(32).fill(7), forkVersion: 1 };
const sessionId = new Uint8Array(32).fill(9);
const chunks = [0, 1].map((i) => ({ root: sha256(u32be(i)), size: 1_000 + i }));
const signers = [1, 2, 3].map((seed) => new BlsSigner(new Uint8Array(32).fill(seed)));

interface Receipt {
  readonly chunkRoot: string;
  readonly blobLength: number;
  readonly node: string;
  readonly epoch: number;
  readonly forkVersion: number;
  readonly signature: string;
}

interface Report {
  receipts: Receipt[];
  keys: Record<string, string>;
}

function receipt(signer: BlsSigner, chunk: number, changes: { size?: number; genesisRoot?: Uint8Array } = {}): Receipt {
  const { root, size } = chunks[chunk] ?? assert.fail();
  const nodeId = nodeIdOf(signer.publicKey);
  const blobLength = changes.size ?? size;
  const message = chunkReceiptSigningRoot(
    { chunkRoot: root, blobLength: BigInt(blobLength), nodeId, epoch: 3 },
    { ...context, ...changes },
  );
  const signature = toHex(signer.sign(message));
  return { chunkRoot: toHex(root), blobLength, node: toHex(nodeId), epoch: 3, forkVersion: 1, signature };
}

/** Two nodes have signed for both chunks. */
function honest(): Report {
  const [a, b] = signers as [BlsSigner, BlsSigner];
  return {
    receipts: [receipt(a, 0), receipt(b, 0), receipt(a, 1), receipt(b, 1)],
    keys: Object.fromEntries([a, b].map(({ publicKey }) => [toHex(nodeIdOf(publicKey)), toHex(publicKey)])),
  };
}

describe("receipts that the command checks before it anchors", () => {
  let folder = "";
  let server: Server;
  let client: NodeClient;
  let report: unknown;
  /** By nodeId; nobody else is registered. */
  let operators: Record<string, { operator: string; retired: boolean }>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lucid-receipts-"));
    report = honest();
    operators = Object.fromEntries(
      signers.map(({ publicKey }, i) => [
        toHex(nodeIdOf(publicKey)),
        { operator: toHex(new Uint8Array(20).fill(i)), retired: false },
      ]),
    );
    server = createServer(async (request, response) => {
      const body: Buffer[] = [];
      for await (const part of request) body.push(part as Buffer);
      if (request.url === `/v1/sessions/${toHex(sessionId)}/receipts`) {
        assert.equal(Buffer.concat(body).length, 32 * chunks.length);
        response.end(JSON.stringify(report));
        return;
      }
      const { id, method, params } = JSON.parse(Buffer.concat(body).toString()) as {
        id: number;
        method: string;
        params: string[];
      };
      const result =
        method === "lucid_nodeInfo"
          ? { genesisRoot: toHex(context.genesisRoot) }
          : (operators[params[0] ?? ""] ?? null);
      response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
    });
    const path = join(folder, "node.sock");
    await new Promise<void>((resolve) => server.listen(path, resolve));
    client = new NodeClient(socketAddress(path));
  });

  afterEach(async () => {
    client.close();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  const check = (copies = 2) => checkReceipts(client, { sessionId, chunks, copies });
  const isRefused = (signed: number) =>
    assert.rejects(check(), (error: { code?: string; meta?: { signed?: number; root?: string } }) => {
      assert.equal(error.code, "RECEIPT_INVALID");
      assert.equal(error.meta?.signed, signed);
      return true;
    });

  it("takes the signatures of as many operators as there are to be copies", async () => {
    await check(2);
    await check(1);
  });

  const [a, b, c] = signers as [BlsSigner, BlsSigner, BlsSigner];
  const lies: Readonly<Record<string, [(honest: Report) => void, number]>> = {
    "no receipt at all": [(r) => void r.receipts.splice(0), 0],
    "one receipt of two": [(r) => void r.receipts.splice(1, 1), 1],
    "the same receipt twice": [(r) => void r.receipts.splice(1, 1, receipt(a, 0)), 1],
    "a receipt for another length": [(r) => void r.receipts.splice(1, 1, receipt(b, 0, { size: 999 })), 1],
    "a receipt for another chunk": [
      (r) => void r.receipts.splice(1, 1, { ...receipt(b, 1), chunkRoot: toHex(chunks[0]?.root ?? sessionId) }),
      1,
    ],
    "a receipt of another network": [(r) => void r.receipts.splice(1, 1, receipt(b, 0, { genesisRoot: sessionId })), 1],
    "a signature that is none": [
      (r) => void r.receipts.splice(1, 1, { ...receipt(b, 0), signature: toHex(new Uint8Array(96)) }),
      1,
    ],
    "a key of the liar's own for a registered node": [
      (r) => {
        r.receipts.splice(1, 1, { ...receipt(c, 0), node: toHex(nodeIdOf(b.publicKey)) });
        r.keys[toHex(nodeIdOf(b.publicKey))] = toHex(c.publicKey);
      },
      1,
    ],
    "no key": [(r) => void delete r.keys[toHex(nodeIdOf(a.publicKey))], 1],
  };
  for (const [name, [lie, signed]] of Object.entries(lies)) {
    it(`refuses ${name}`, async () => {
      const changed = honest();
      lie(changed);
      report = changed;
      await isRefused(signed);
    });
  }

  it("does not count a stranger, a retired node, or a second node of one operator", async () => {
    const id = toHex(nodeIdOf(b.publicKey));
    const { [id]: known = assert.fail(), ...others } = operators;
    operators = others;
    await isRefused(1);
    operators = { ...others, [id]: { ...known, retired: true } };
    await isRefused(1);
    operators = { ...others, [id]: { ...known, operator: toHex(new Uint8Array(20)) } };
    await isRefused(1);
    operators = { ...others, [id]: known };
    await check();
  });

  it("refuses what is no list of receipts", async () => {
    for (const answer of [{}, { receipts: 1, keys: {} }, { receipts: [{}], keys: {} }]) {
      report = answer;
      await assert.rejects(check(), { code: "RECEIPT_INVALID" });
    }
  });
});
