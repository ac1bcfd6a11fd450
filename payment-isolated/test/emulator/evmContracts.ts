import { readFileSync } from "node:fs";
import { AbiCoder, Interface } from "ethers";
import { EvmLedger } from "./evmLedger.js";
import type { FastContracts } from "./fastLedger.js";

interface Artifact {
  readonly abi: readonly string[];
  readonly creationCode: string;
}

/** Beside the sources: the compiler does not copy JSON. */
export function artifact(name: string): Artifact {
  const file = new URL(`../../../test/emulator/artifacts/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Artifact;
}

export interface EvmSetup {
  /** 20 bytes in hex. */
  readonly disburser: string;
  readonly complianceSigner: string;
  readonly chainId?: number;
  /** Millionths of USDT that each router gets. */
  readonly funds?: bigint;
  readonly maxAmount?: bigint;
}

export interface EvmContracts {
  readonly ledger: EvmLedger;
  readonly contracts: FastContracts;
  /** Calls a function of a contract as somebody, outside of blocks. */
  send(from: string, to: string, abi: Interface, name: string, args: readonly unknown[]): Promise<void>;
}

export const DEPLOYER = "d0".repeat(20);
export const PAUSER = "e0".repeat(20);
export const TREASURY = "f0".repeat(20);

/** The real routers and registry, and a USDT that returns false, in an EVM. */
export async function deployEvmContracts(setup: EvmSetup): Promise<EvmContracts> {
  const chainId = setup.chainId ?? 3448148188;
  const ledger = await EvmLedger.create(chainId);
  const send: EvmContracts["send"] = async (from, to, abi, name, args) => {
    const data = abi.encodeFunctionData(name, [...args]).slice(2);
    const done = await ledger.execute(from, to, data, { number: 1, timestamp: 1_700_000_000 }, 10_000_000);
    if (!done.ok) throw Object.assign(new RangeError(`${name} failed: ${done.result} ${done.data}`));
  };
  const registry = await ledger.deploy(DEPLOYER, artifact("PaidRegistry").creationCode);
  const usdt = await ledger.deploy(DEPLOYER, artifact("TestTether").creationCode);
  const fields = [registry, usdt, setup.disburser, PAUSER, TREASURY].map((address) => `0x${address}`);
  const tuple = [...fields, setup.maxAmount ?? 1_000_000_000_000n];
  const types = "tuple(address,address,address,address,address,uint256)";
  const coder = AbiCoder.defaultAbiCoder();
  const routerV0 = await ledger.deploy(
    DEPLOYER,
    artifact("PayoutRouterV0").creationCode + coder.encode([types], [tuple]).slice(2),
  );
  const kycArguments = coder.encode([types, "address"], [tuple, `0x${setup.complianceSigner}`]).slice(2);
  const routerKyc = await ledger.deploy(DEPLOYER, artifact("PayoutRouterKYC").creationCode + kycArguments);
  const registryAbi = new Interface(artifact("PaidRegistry").abi);
  const tether = new Interface(artifact("TestTether").abi);
  await send(DEPLOYER, registry, registryAbi, "nameRouters", [`0x${routerV0}`, `0x${routerKyc}`]);
  for (const router of [routerV0, routerKyc])
    await send(DEPLOYER, usdt, tether, "mint", [`0x${router}`, setup.funds ?? 1_000_000_000_000n]);
  const { disburser, complianceSigner } = setup;
  return { ledger, contracts: { routerV0, routerKyc, registry, usdt, disburser, complianceSigner, chainId }, send };
}
