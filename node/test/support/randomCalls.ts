import { fromHex, toHex } from "@lucid/consensus/base";
import { abis, contractAddresses, type GenesisContractName } from "@lucid/contracts";
import { type Abi, type AbiFunction, type AbiParameter, encodeFunctionData } from "viem";
import type { SeededRandom } from "./random.js";
import { addressOf } from "./testContracts.js";
import { ETHER, type TestWallet } from "./wallet.js";

const names = Object.keys(contractAddresses) as GenesisContractName[];

function functionsOf(contract: GenesisContractName): AbiFunction[] {
  const abi: Abi = abis[contract];
  return abi.filter((item): item is AbiFunction => item.type === "function");
}

/** A value of an ABI type; small numbers and known addresses are likely, so that some calls get somewhere. */
function randomValue(random: SeededRandom, parameter: AbiParameter): unknown {
  const { type } = parameter;
  const array = /^(.*)\[(\d*)\]$/.exec(type);
  if (array !== null) {
    const length = array[2] === "" ? random.below(4) : Number(array[2]);
    const of = { ...parameter, type: array[1] ?? "" } as AbiParameter;
    return Array.from({ length }, () => randomValue(random, of));
  }
  if (type === "tuple") {
    const { components = [] } = parameter as { readonly components?: readonly AbiParameter[] };
    return Object.fromEntries(components.map((one) => [one.name ?? "", randomValue(random, one)]));
  }
  if (type === "bool") return random.below(2) === 1;
  if (type === "string") return `text ${random.below(10)}`;
  if (type === "address") return random.pick([...Object.values(contractAddresses), toHex(random.bytes(20))]);
  if (type === "bytes") return random.pick(["0x", toHex(random.bytes(random.below(100))), randomCallData(random)]);
  if (type.startsWith("bytes")) return toHex(random.bytes(Number(type.slice(5))));
  const bits = Number(/\d+$/.exec(type)?.[0] ?? 256);
  const number = random.pick([0n, 1n, BigInt(random.below(1000)), BigInt(toHex(random.bytes(32))), 2n ** 200n]);
  const limit = type.startsWith("int") ? bits - 1 : bits;
  const fitting = BigInt.asUintN(limit, number);
  return bits <= 48 ? Number(fitting) : fitting;
}

function randomCallData(random: SeededRandom): `0x${string}` {
  const setters = ["set", "rotate", "recordEligibility", "burnBonds", "grantRole", "updateDelay"];
  const all = names.flatMap((name) => functionsOf(name).filter((one) => setters.includes(one.name)));
  const one = random.pick(all);
  // Nested calls of these have no further bytes arguments.
  return encodeFunctionData({
    abi: [one],
    functionName: one.name,
    args: one.inputs.map((each) => randomValue(random, each)),
  });
}

/**
 * A signed transaction of anything that an account can try: every function of every genesis contract with random arguments,
 * noise as call data, plain and empty accounts, value where none is taken, too little gas.
 */
export function randomTransaction(random: SeededRandom, wallet: TestWallet, nonce: number): Uint8Array {
  const gasLimit = BigInt(random.pick([300_000, 1_000_000, 2_000_000, 120_000]));
  const value = random.pick([0n, 0n, 0n, 1n, ETHER / 1000n, ETHER]);
  if (random.below(4) === 0) {
    const to = random.pick([addressOf(0x9000 + random.below(20)), random.bytes(20), wallet.address]);
    return wallet.sign({ nonce, to, value, data: random.bytes(random.below(300)), gasLimit });
  }
  const contract = random.pick(names);
  const one = random.pick(functionsOf(contract));
  const data =
    random.below(12) === 0
      ? random.bytes(random.below(200))
      : fromHex(
          encodeFunctionData({
            abi: [one],
            functionName: one.name,
            args: one.inputs.map((each) => randomValue(random, each)),
          }),
        );
  const payable = one.stateMutability === "payable" || random.below(6) === 0;
  return wallet.sign({
    nonce,
    to: fromHex(contractAddresses[contract]),
    data,
    value: payable ? value : 0n,
    gasLimit,
  });
}
