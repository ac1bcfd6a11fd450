import { consensusErrorInfo } from "@lucid/consensus";
import { baseErrorInfo, type ErrorInfo } from "@lucid/consensus/base";
import { proofErrorInfo } from "@lucid/consensus/proofs";
import { p2pErrorInfo } from "@lucid/p2p/errors";
import { storageErrorInfo } from "@lucid/storage";
import { nodeErrorInfo } from "../errors.js";

/** The codes of one class of errors and what each means to a person. */
export interface ErrorTable {
  readonly className: string;
  /** Heading in docs/errors.md. */
  readonly title: string;
  readonly codes: Readonly<Record<string, ErrorInfo>>;
}

export const errorTables: readonly ErrorTable[] = [
  { className: "NodeError", title: "Node and command line", codes: nodeErrorInfo },
  { className: "StorageError", title: "Storage", codes: storageErrorInfo },
  { className: "ConsensusError", title: "Consensus", codes: consensusErrorInfo },
  { className: "ProofError", title: "Merkle proofs", codes: proofErrorInfo },
  { className: "P2pError", title: "Network", codes: p2pErrorInfo },
  { className: "BaseError", title: "Values", codes: baseErrorInfo },
];

/** What a code means; the class decides where two packages use the same word. */
export function lookUpCode(className: string, code: string): ErrorInfo | undefined {
  const own = errorTables.find((table) => table.className === className);
  if (own !== undefined) return Object.hasOwn(own.codes, code) ? own.codes[code] : undefined;
  for (const { codes } of errorTables) if (Object.hasOwn(codes, code)) return codes[code];
  return undefined;
}
