import assert from "node:assert/strict";
import { createEVM, type EVMInterface, type ExecResult } from "@ethereumjs/evm";
import { Account, Address } from "@ethereumjs/util";
import { toHex } from "@lucid/consensus/base";
import { MemoryStore } from "@lucid/storage";
import { createChainRules, REMOVED_OPCODES, REMOVED_PRECOMPILES } from "../../../src/execution/chainRules.js";
import { evmBlock } from "../../../src/execution/evmHost.js";
import { FastEvm } from "../../../src/execution/fastEvm.js";
import { HeadState } from "../../../src/state/headState.js";
import { StateOverlay } from "../../../src/state/stateOverlay.js";
import { type SeededRandom, seededRandom } from "../../support/random.js";
import { blockRoot, environment } from "../../support/testChain.js";
import { addressOf, word } from "../../support/testContracts.js";
import { TEST_CHAIN_ID } from "../../support/wallet.js";

const common = createChainRules(TEST_CHAIN_ID);
const contracts = [1, 2, 3].map((i) => addressOf(0x1000 + i));
const caller = new Address(addressOf(0xca11));
const options = {
  common,
  customOpcodes: [...REMOVED_OPCODES],
  customPrecompiles: [...REMOVED_PRECOMPILES],
  blockchain: {
    getBlock: async (height: number) => ({ hash: () => blockRoot(height) }),
    putBlock: async () => {},
    shallowCopy() {
      return this;
    },
  },
};

/** Pushes few distinct small numbers, so that offsets, slots, jump targets and addresses meet each other. */
function pushSome(random: SeededRandom): number[] {
  const kind = random.below(10);
  if (kind < 7) return [0x60, random.below(random.pick([4, 64, 255]))];
  if (kind === 7) return [0x73, ...random.pick([...contracts, addressOf(1), addressOf(2), addressOf(4), addressOf(5)])];
  if (kind === 8) return [0x5f];
  const length = 1 + random.below(32);
  return [0x5f + length, ...random.bytes(length)];
}

/** Random code with a bias to what the fast loop does itself, and to jumps that land. */
function randomCode(random: SeededRandom): Uint8Array {
  const code: number[] = [];
  const hot = [0x20, 0x51, 0x52, 0x53, 0x54, 0x55, 0x35, 0x37, 0x39, 0x3e, 0x5e, 0x5c, 0x5d, 0xa0, 0xa1, 0xa2];
  const calls = [0xf1, 0xf2, 0xf4, 0xfa];
  for (let i = 0; i < 24; i++) code.push(...pushSome(random));
  for (let i = 5 + random.below(40); i > 0; i--) {
    const kind = random.below(16);
    if (kind < 6) code.push(...pushSome(random));
    else if (kind < 10) {
      code.push(...pushSome(random), ...pushSome(random), ...pushSome(random), random.pick(hot));
    } else if (kind === 10) {
      for (let j = 0; j < 6; j++) code.push(0x60, random.below(40));
      code.push(
        0x73,
        ...random.pick([...contracts, addressOf(2), addressOf(1)]),
        0x61,
        random.below(255),
        0,
        random.pick(calls),
      );
    } else if (kind === 11) code.push(0x5b);
    else if (kind === 12) code.push(0x60, random.below(120), random.pick([0x56, 0x57]));
    else if (kind === 13) code.push(random.pick([0xf3, 0xfd]));
    else code.push(random.below(3) === 0 ? random.below(256) : 0x01 + random.below(11));
  }
  return Uint8Array.from(code);
}

async function run(
  evm: EVMInterface,
  overlay: StateOverlay,
  codes: readonly Uint8Array[],
  data: Uint8Array,
  gas: bigint,
) {
  for (const [i, code] of codes.entries()) {
    const at = new Address(contracts[i] ?? addressOf(9));
    await overlay.putAccount(at, new Account(1n, 500n));
    await overlay.putCode(at, code);
    await overlay.putStorage(at, word(1), Uint8Array.of(7));
  }
  await overlay.putAccount(caller, new Account(1n, 1000n));
  evm.journal.cleanJournal();
  overlay.clearCaches();
  const { execResult } = await evm.runCall({
    caller,
    to: new Address(contracts[0] ?? addressOf(9)),
    data,
    value: 3n,
    gasLimit: gas,
    block: evmBlock(environment(300), common),
    skipNonceIncrement: true,
  });
  return execResult;
}

function visible(result: ExecResult, overlay: StateOverlay) {
  return {
    error: result.exceptionError?.error,
    gas: result.executionGasUsed,
    refund: result.gasRefund,
    output: toHex(result.returnValue),
    logs: (result.logs ?? []).map(([address, topics, data]) => [toHex(address), topics.map(toHex), toHex(data)]),
    state: contracts.map((address) => [
      overlay.record(address)?.balance,
      [0, 1, 2, 3].map((slot) => toHex(overlay.readSlot(address, word(slot)))),
    ]),
  };
}

/** Runs the same call on our loop and on the library's, each on an empty state of its own. */
async function bothLoops() {
  const empty = () => new StateOverlay(HeadState.empty(new MemoryStore(), { keepBlocks: 1, archive: false }));
  let current = empty();
  // Both EVMs see the state of the round.
  const bound = new Proxy(current, {
    get: (_, name) => {
      const member: unknown = Reflect.get(current, name, current);
      return typeof member === "function" ? member.bind(current) : member;
    },
  });
  const fast = await FastEvm.create(
    { ...options, stateManager: bound },
    {
      read: (address, slot) => current.readSlot(address.bytes, slot),
      original: (address, slot) => current.originalSlot(address.bytes, slot),
      write: (address, slot, value) => current.writeSlot(address.bytes, slot, value),
    },
  );
  const stock = await createEVM({ ...options, stateManager: bound });
  return async (codes: readonly Uint8Array[], data: Uint8Array, gas: bigint) => {
    current = empty();
    const ours = visible(await run(fast, current, codes, data, gas), current);
    current = empty();
    const theirs = visible(await run(stock, current, codes, data, gas), current);
    return { ours, theirs };
  };
}

describe("FastEvm", () => {
  it("reads back what was stored, however many leading zeros it has", async () => {
    const random = seededRandom(31);
    const both = await bothLoops();
    for (let round = 0; round < 320; round++) {
      const value = random.bytes(1 + (round % 32));
      // PUSHn value, SSTORE 1; SLOAD 1, MSTORE 0; RETURN 32 bytes.
      const code = [0x5f + value.length, ...value, 0x60, 1, 0x55, 0x60, 1, 0x54, 0x5f, 0x52, 0x60, 32, 0x5f, 0xf3];
      const codes = [Uint8Array.from(code), ...contracts.slice(1).map(() => Uint8Array.of(0))];
      const { ours, theirs } = await both(codes, new Uint8Array(), 100_000n);
      const expected = new Uint8Array(32);
      expected.set(value, 32 - value.length);
      assert.equal(ours.output, toHex(expected));
      assert.deepEqual(ours, theirs);
    }
  });

  for (let seed = 1; seed <= 6; seed++) {
    it(`does exactly what the library's loop does on random code, seed ${seed}`, async () => {
      const random = seededRandom(seed * 7919);
      const both = await bothLoops();
      let succeeded = 0;
      for (let round = 0; round < 150; round++) {
        const codes = contracts.map(() => randomCode(random));
        const data = random.bytes(random.below(100));
        const gas = BigInt(random.pick([300, 5_000, 60_000, 400_000]));
        const { ours, theirs } = await both(codes, data, gas);
        assert.deepEqual(ours, theirs, `round ${round}: ${codes.map(toHex).join(" ")} data ${toHex(data)} gas ${gas}`);
        if (ours.error === undefined) succeeded += 1;
      }
      assert.ok(succeeded > 20, `only ${succeeded} runs succeeded: the generator is too wild`);
    });
  }

  it("charges and refunds what the library does for slots that are written again and again, in calls that may fail", async () => {
    const random = seededRandom(23);
    const both = await bothLoops();
    const errors = new Set<string | undefined>();
    let refunds = 0;
    for (let round = 0; round < 400; round++) {
      const codes = contracts.map((_, depth) => {
        const code: number[] = [];
        for (let step = 2 + random.below(10); step > 0; step--) {
          const kind = random.below(8);
          // Slot 1 holds 7 before the transaction.
          if (kind < 5) code.push(0x60, random.pick([0, 0, 1, 7]), 0x60, random.below(3), 0x55);
          else if (kind === 5) code.push(0x60, random.below(3), 0x54, 0x60, random.below(3), 0x55);
          else if (depth < contracts.length - 1) {
            const call = random.pick([0xf1, 0xf4, 0xfa]);
            const value = call === 0xf1 ? [0x5f] : [];
            const next = contracts[depth + 1] ?? caller.bytes;
            const price = random.pick([2_300, 5_000, 40_000]) + random.below(400);
            code.push(0x5f, 0x5f, 0x5f, 0x5f, ...value, 0x73, ...next, 0x61, price >> 8, price & 0xff, call, 0x50);
          }
        }
        if (random.below(4) === 0) code.push(0x5f, 0x5f, random.pick([0xfd, 0xf3]));
        return Uint8Array.from(code);
      });
      const gas = BigInt(random.pick([2_300, 4_600, 25_000, 60_000, 300_000]) + random.below(300));
      const { ours, theirs } = await both(codes, new Uint8Array(), gas);
      assert.deepEqual(ours, theirs, `round ${round}: ${codes.map(toHex).join(" ")} gas ${gas}`);
      errors.add(ours.error);
      if ((ours.refund ?? 0n) > 0n) refunds += 1;
    }
    assert.ok(errors.has(undefined) && errors.has("out of gas") && errors.has("revert"), [...errors].join());
    assert.ok(refunds > 50, `only ${refunds} rounds had refunds`);
  });

  it("does what the library does for static calls of precompiles around the limits of their gas", async () => {
    const random = seededRandom(17);
    const both = await bothLoops();
    for (let round = 0; round < 300; round++) {
      const code: number[] = [];
      for (let call = 1 + random.below(3); call > 0; call--) {
        const length = random.pick([0, 1, 31, 32, 33, 64, 65, 128]);
        const price = random.pick([600, 612, 624, 636, 672, 3000, 15, 18, 27, 100_000]) + random.below(3) - 1;
        const target = random.pick([1, 2, 2, 2, 3, 4, 6, 0x0a]);
        code.push(0x60, random.pick([0, 1, 32, 64]), 0x60, random.below(70)); // output
        code.push(0x60, length, 0x60, random.below(40)); // input
        // Bits above an address are cut off.
        if (random.below(4) === 0) code.push(0x7f, ...random.bytes(12), ...addressOf(target));
        else code.push(0x60, target);
        code.push(0x62, price >> 16, (price >> 8) & 0xff, price & 0xff, 0xfa);
        code.push(0x60, random.below(4), 0x55); // the outcome into a slot
        if (random.below(2) === 0) code.push(0x3d, 0x60, random.below(4), 0x55); // and the size of what came back
        code.push(0x60, random.below(32), 0x51, 0x60, random.below(4), 0x55); // and a word of the memory
      }
      const codes = [Uint8Array.from(code), ...contracts.slice(1).map(() => Uint8Array.of(0))];
      const data = random.bytes(32);
      const gas = BigInt(random.pick([2_000, 30_000, 200_000]) + random.below(1_000));
      const { ours, theirs } = await both(codes, data, gas);
      assert.deepEqual(ours, theirs, `round ${round}: ${codes.map(toHex).join(" ")} gas ${gas}`);
    }
  });
});
