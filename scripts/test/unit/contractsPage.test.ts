import assert from "node:assert/strict";
import { abis, type GenesisContractName } from "@lucid/contracts";
import { contractsPage } from "../../src/contractsPage.js";
import { mintedBy } from "../../src/tokenomics.js";

describe("docs/contracts.md", () => {
  it("names every function, event and error that a contract of ours declares", () => {
    const page = contractsPage();
    const ours: readonly GenesisContractName[] = [
      "LucidChunkStore",
      "LucidAnchors",
      "NodeRegistry",
      "ParamRegistry",
      "SignerRegistry",
    ];
    for (const name of ours) {
      const section = page.slice(page.indexOf(`### ${name}\n`));
      const end = section.indexOf("\n### ", 5);
      const text = section.slice(0, end);
      for (const item of abis[name]) {
        // What OpenZeppelin's parts bring is described there.
        const theirs =
          /^(ECDSA|InvalidShortString|StringTooLong|EIP712DomainChanged|eip712Domain|Delegate|VotesExpiredSignature|CheckpointUnordered|SafeCast)/;
        if (!("name" in item) || theirs.test(item.name)) continue;
        assert.ok(text.includes(`\`${item.name}`), `${name}.${item.name}`);
      }
    }
  });
});

describe("docs/tokenomics.md", () => {
  it("sums what the reward function gives for every slot", () => {
    assert.equal(mintedBy(0), 0n);
    assert.equal(mintedBy(1), 2_000_000_000n);
    assert.equal(mintedBy(1_051_199), 1_051_199n * 2_000_000_000n);
    assert.equal(mintedBy(1_051_200), 1_051_199n * 2_000_000_000n + 1_000_000_000n);
    assert.equal(mintedBy(2_102_401), 1_051_199n * 2_000_000_000n + 1_051_200n * 1_000_000_000n + 2n * 500_000_000n);
  });
});
