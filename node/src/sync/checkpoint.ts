import type { ChainConfig, Header } from "@lucid/consensus";
import { fromHex } from "@lucid/consensus/base";

/** A final block that the operator, or the network's file, vouches for. */
export interface Checkpoint {
  readonly height: number;
  readonly root: Uint8Array;
}

const FORM = /^(\d{1,10}):(0x[0-9a-fA-F]{64})$/;

/** "HEIGHT:ROOT", as `lucid status` shows a block; undefined for anything else. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const match = FORM.exec(text.trim());
  const height = Number(match?.[1]);
  if (match?.[2] === undefined || height < 1 || height > 0xffff_ffff) return undefined;
  return { height, root: fromHex(match[2], 32) };
}

/**
 * Unix milliseconds from which a block is too old to be trusted without the blocks before it: half of the credit window
 * after it. Keys of voters who have left since then could be bought, and would sign another history.
 */
export function staleAt(config: ChainConfig, header: Header): number {
  const { params, genesis } = config;
  return 1000 * (Number(header.timestamp) + (params.windowEpochs / 2) * params.epochSlots * genesis.slotDuration);
}
