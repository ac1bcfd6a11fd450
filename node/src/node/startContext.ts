import type { Clock } from "@lucid/consensus/base";
import type { TorOptions } from "@lucid/p2p";
import type { NodeError } from "../errors.js";
import type { Logging } from "./logging.js";
import type { Resources } from "./resources.js";
import type { NodeOptions } from "./types.js";

/** What every part of the composition gets. */
export interface StartContext {
  readonly options: NodeOptions;
  readonly clock: Clock;
  readonly logging: Logging;
  readonly resources: Resources;
  /** Ends a start that takes long. */
  readonly signal: AbortSignal;
  /** How Tor is used; undefined where it is not. */
  readonly tor: TorOptions | undefined;
  /** The node cannot go on: it stops, and tells why. */
  readonly onFatal: (error: NodeError) => void;
  /** Ends the node in order. */
  readonly stop: () => Promise<void>;
}
