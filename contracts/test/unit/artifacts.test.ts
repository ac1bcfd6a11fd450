import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileContracts, compileTronContracts, contractNames, packageRoot } from "../../src/compile.js";
import { artifactOf, contractAddresses, genesisContracts } from "../../src/index.js";
import { renderArtifact, renderTronArtifact } from "../../src/render.js";

describe("contract artefacts", () => {
  it("are what the sources compile to, byte for byte", function () {
    this.timeout(600_000);
    const compiled = compileContracts();
    for (const name of contractNames) {
      const artifact = compiled.get(name);
      assert.ok(artifact, name);
      for (const file of renderArtifact(artifact)) {
        assert.equal(
          readFileSync(join(packageRoot, file.path), "utf8"),
          file.content,
          `${file.path} is out of date: run npm run contracts:build`,
        );
      }
      assert.deepEqual(artifactOf(name), artifact);
    }
    for (const artifact of compileTronContracts()) {
      const { path, content } = renderTronArtifact(artifact);
      assert.equal(readFileSync(join(packageRoot, path), "utf8"), content, `${path} is out of date`);
    }
  });

  it("hold no code above EIP-170's limit, no metadata, and only opcodes that the chain has", () => {
    for (const name of contractNames) {
      const code = Buffer.from(artifactOf(name).runtimeCode.slice(2), "hex");
      assert.ok(code.length > 0 && code.length <= 24_576, name);
      assert.equal(code.includes(Buffer.from("ipfs")), false, "metadata hash");
      assert.equal(code.includes(Buffer.from("64736f6c63", "hex")), false, "CBOR with solc's version");
      const forbidden = opcodes(code).filter((opcode) => [0xf0, 0xf2, 0xf4, 0xf5, 0xff].includes(opcode));
      assert.deepEqual(forbidden, [], "CREATE, CALLCODE, DELEGATECALL, CREATE2, SELFDESTRUCT");
    }
  });

  it("stand at distinct fixed addresses from 0x1001", () => {
    const contracts = genesisContracts({
      registry: { bond: 1n, bondLock: 1n, nodes: [] },
      governance: { votingDelay: 1n, votingPeriod: 1n, timelockDelay: 1n, grace: 1n },
      signers: [new Uint8Array(21), new Uint8Array(21), new Uint8Array(21)],
    });
    const addresses = contracts.map((contract) => BigInt(contract.address));
    assert.equal(new Set(addresses).size, contractNames.length);
    assert.deepEqual(
      addresses.toSorted((a, b) => Number(a - b)),
      contractNames.map((_, i) => 0x1001n + BigInt(i)),
    );
    for (const contract of contracts) assert.equal(contract.address, contractAddresses[contract.name]);
  });
});

/** Opcodes of a code without the data of PUSH. */
function opcodes(code: Uint8Array): number[] {
  const found: number[] = [];
  for (let i = 0; i < code.length; i++) {
    const opcode = code[i] ?? 0;
    found.push(opcode);
    if (opcode >= 0x60 && opcode <= 0x7f) i += opcode - 0x5f;
  }
  return found;
}
