/** The slot clock, as arithmetic. Times are Unix milliseconds. */
export interface SlotClock {
  /** Start of slot 0. */
  readonly genesisTime: number;
  /** Milliseconds. */
  readonly slotDuration: number;
}

/** The slot that `now` lies in; negative before genesis. */
export function slotAt(clock: SlotClock, now: number): number {
  return Math.floor((now - clock.genesisTime) / clock.slotDuration);
}

export function slotStart(clock: SlotClock, slot: number): number {
  return clock.genesisTime + slot * clock.slotDuration;
}

/** Header timestamp of a slot, Unix seconds. Genesis time and slot duration are whole seconds. */
export function slotTimestamp(clock: SlotClock, slot: number): bigint {
  return BigInt(slotStart(clock, slot)) / 1000n;
}

/** The clock's epoch of a slot. (Epochs of the state are counted without those that hold no block.) */
export function epochOfSlot(slot: number, epochSlots: number): number {
  return Math.floor(slot / epochSlots);
}
