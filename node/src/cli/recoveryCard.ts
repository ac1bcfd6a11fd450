import { formatTime } from "./format.js";

export interface CardContent {
  readonly words: readonly string[];
  readonly network: string;
  readonly genesisRoot: string;
  readonly address: string;
  /** Unix seconds. */
  readonly madeAt: number;
}

/** The page to print: what is needed to get everything back, and nothing else. */
export function recoveryCard(content: CardContent): string {
  const rows = Math.ceil(content.words.length / 4);
  const lines: string[] = ["LUCID RECOVERY CARD", ""];
  for (let row = 0; row < rows; row++) {
    const cells: string[] = [];
    for (let column = 0; column < 4; column++) {
      const index = column * rows + row;
      const word = content.words[index];
      if (word !== undefined) cells.push(`${String(index + 1).padStart(2)}. ${word.padEnd(9)}`);
    }
    lines.push(`  ${cells.join("  ").trimEnd()}`);
  }
  lines.push(
    "",
    `  network   ${content.network}`,
    `  genesis   ${content.genesisRoot}`,
    `  account   ${content.address}`,
    `  made      ${formatTime(content.madeAt)}`,
    "",
    "  These words bring back the account, the validator's key and, with the chain,",
    "  every recording. Whoever has them has everything; nobody can replace them.",
    "  To restore: lucid init --mnemonic-file FILE --genesis GENESIS",
  );
  return lines.join("\n");
}
