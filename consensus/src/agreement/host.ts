import type { SigningContext } from "../crypto/signing.js";
import type { Guard } from "./guard.js";
import type { AgreementRules } from "./rules.js";
import type { AgreementOptions, Effect } from "./types.js";

/** What a height sees of the machine around it. */
export interface Host {
  readonly options: AgreementOptions;
  readonly rules: AgreementRules;
  readonly guard: Guard | undefined;
  /** Unix milliseconds of the running step. */
  readonly now: number;
  readonly clockTrusted: boolean;
  /** Unix milliseconds as the own clock says, or the peers' median while the own one is not trusted. */
  readonly networkNow: number;
  /** After a start, until it is known that the voter file is the latest: votes fall due but are not signed. */
  readonly listening: boolean;
  readonly emit: (effect: Effect) => void;
}

/** What it takes to check a signature of the agreement. */
export type SigningOptions = Pick<AgreementOptions, "genesisRoot" | "forkVersionAt" | "verifier">;

/** What signatures of a slot are bound to. */
export function signingContextOf(options: Omit<SigningOptions, "verifier">, slot: number): SigningContext {
  return { genesisRoot: options.genesisRoot, forkVersion: options.forkVersionAt(slot) };
}
