import { concatBytes } from "@lucid/consensus/base";
import type { ExecutionInput } from "../../src/interfaces.js";
import { type SeededRandom, seededRandom } from "./random.js";
import { environment, wallets } from "./testChain.js";
import { addressOf, testContracts, word } from "./testContracts.js";
import { GWEI, type TestTransaction } from "./wallet.js";

/** Valid random blocks from height 1: transfers, calls that write, revert, run out of gas, hash, refused opcodes. */
export function* randomBlocks(seed: number, count: number): Generator<ExecutionInput> {
  const random = seededRandom(seed);
  const nonces = wallets.map(() => 0);
  for (let height = 1; height <= count; height++) {
    const transactions: Uint8Array[] = [];
    for (let i = random.below(9); i >= 0; i--) {
      const from = random.below(wallets.length);
      const wallet = wallets[from];
      const nonce = nonces[from] ?? 0;
      if (wallet === undefined) continue;
      transactions.push(wallet.sign({ ...randomFields(random), nonce }));
      nonces[from] = nonce + 1;
    }
    const withdrawals = Array.from({ length: random.below(3) }, (_, index) => ({
      index: BigInt(index),
      validatorIndex: BigInt(random.below(10)),
      address: random.pick([addressOf(0x9000 + random.below(4)), random.bytes(20)]),
      amount: BigInt(random.below(3) * 1_000_000),
    }));
    yield { env: environment(height), transactions, withdrawals, systemCalls: [] };
  }
}

function randomFields(random: SeededRandom): Omit<TestTransaction, "nonce"> {
  const contract = random.pick(Object.values(testContracts));
  const transfer = random.below(4) === 0;
  const to = transfer ? random.pick([random.bytes(20), addressOf(0x9000 + random.below(4))]) : contract.address;
  const argument = concatBytes(word(random.below(6)), word(random.pick([0, 1, random.below(1 << 30)])));
  const type = random.pick([0, 1, 2] as const);
  const tip = BigInt(random.below(4)) * GWEI;
  return {
    type,
    to,
    value: BigInt(random.below(3)) * 12_345n,
    data: transfer && random.below(2) === 0 ? random.bytes(random.below(200)) : argument,
    gasLimit: BigInt(60_000 + random.below(200_000)),
    maxFeePerGas: tip + GWEI * BigInt(1 + random.below(3)),
    maxPriorityFeePerGas: tip,
    ...(type === 0 || random.below(2) === 0
      ? {}
      : { accessList: [[contract.address, [word(random.below(6)), word(7)]]] }),
  };
}
