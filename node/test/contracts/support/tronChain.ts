import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createCustomCommon, Hardfork, Mainnet } from "@ethereumjs/common";
import { SimpleStateManager } from "@ethereumjs/statemanager";
import { createLegacyTx } from "@ethereumjs/tx";
import { Account, createAddressFromString, createZeroAddress } from "@ethereumjs/util";
import { createVM, runTx, type VM } from "@ethereumjs/vm";
import { fromHex, toHex } from "@lucid/consensus/base";
import type { Artifact, Hex } from "@lucid/contracts";
import {
  type Abi,
  decodeErrorResult,
  decodeEventLog,
  decodeFunctionResult,
  encodeDeployData,
  encodeFunctionData,
} from "viem";

/** block.chainid of TRON's main network. */
export const TRON_CHAIN_ID = 728126428;
const GAS = 10_000_000n;

const packageRoot = join(dirname(createRequire(import.meta.url).resolve("@lucid/contracts")), "..", "..");

export type TronContract = "PaidRegistry" | "PayoutRouterV0" | "PayoutRouterKYC" | "TestTether";

/** The checked-in artefact. */
export function tronArtifact(name: TronContract): Artifact & { readonly abi: Abi } {
  return JSON.parse(readFileSync(join(packageRoot, "tron", "artifacts", `${name}.json`), "utf8"));
}

export interface TronOutcome {
  readonly gasUsed: bigint;
  /** Name of the custom error, the text of `require`, or the EVM's own reason; undefined when it worked. */
  readonly error: string | undefined;
  readonly errorArgs: readonly unknown[];
  readonly events: readonly { readonly name: string; readonly address: Hex; readonly args: unknown }[];
  readonly created: Hex | undefined;
}

/** Contracts of the TRON side on an EVM that knows nothing newer than they were compiled for. */
export class TronChain {
  time = 1_800_000_000n;
  private readonly vm: VM;
  private readonly abi: Abi = (["PaidRegistry", "PayoutRouterV0", "PayoutRouterKYC", "TestTether"] as const).flatMap(
    (name) => tronArtifact(name).abi,
  );
  private height = 1n;

  private constructor(vm: VM) {
    this.vm = vm;
  }

  static async create(): Promise<TronChain> {
    const common = createCustomCommon({ chainId: TRON_CHAIN_ID, name: "tron" }, Mainnet, { hardfork: Hardfork.Paris });
    return new TronChain(await createVM({ common, stateManager: new SimpleStateManager({ common }) }));
  }

  async deploy(name: TronContract, args: readonly unknown[], from: Hex): Promise<TronOutcome> {
    const { abi, creationCode } = tronArtifact(name);
    return this.run(from, undefined, encodeDeployData({ abi, bytecode: creationCode, args }));
  }

  async send(from: Hex, to: Hex, functionName: string, args: readonly unknown[] = []): Promise<TronOutcome> {
    return this.run(from, to, encodeFunctionData({ abi: this.abi, functionName, args }));
  }

  async read(to: Hex, functionName: string, args: readonly unknown[] = []): Promise<unknown> {
    const { execResult } = await this.vm.evm.runCall({
      to: createAddressFromString(to),
      data: fromHex(encodeFunctionData({ abi: this.abi, functionName, args })),
      gasLimit: GAS,
      block: this.block(),
    });
    return decodeFunctionResult({ abi: this.abi, functionName, data: toHex(execResult.returnValue) });
  }

  private async run(sender: Hex, to: Hex | undefined, data: Hex): Promise<TronOutcome> {
    const from = createAddressFromString(sender);
    const account = (await this.vm.stateManager.getAccount(from)) ?? new Account();
    account.balance = 10n ** 24n;
    await this.vm.stateManager.putAccount(from, account);
    const tx = createLegacyTx(
      {
        nonce: account.nonce,
        gasPrice: 10n,
        gasLimit: GAS,
        data: fromHex(data),
        ...(to === undefined ? {} : { to: createAddressFromString(to) }),
      },
      { common: this.vm.common, freeze: false },
    );
    tx.getSenderAddress = () => from;
    const result = await runTx(this.vm, { tx, block: this.block(), skipHardForkValidation: true });
    this.height++;
    const { exceptionError, returnValue, logs = [] } = result.execResult;
    const failed = exceptionError !== undefined;
    const [error, errorArgs] = failed ? this.reasonOf(toHex(returnValue), exceptionError.error) : [undefined, []];
    return {
      gasUsed: result.totalGasSpent,
      error,
      errorArgs,
      events: failed ? [] : logs.map((log) => this.eventOf(log)),
      created: failed || result.createdAddress === undefined ? undefined : (result.createdAddress.toString() as Hex),
    };
  }

  private reasonOf(data: Hex, otherwise: string): readonly [string, readonly unknown[]] {
    if (data === "0x") return [otherwise, []];
    const { errorName, args = [] } = decodeErrorResult({ abi: this.abi, data });
    return errorName === "Error" ? [String(args[0]), []] : [errorName, args];
  }

  private eventOf([address, topics, data]: readonly [Uint8Array, Uint8Array[], Uint8Array]) {
    const [signature = "0x", ...rest] = topics.map(toHex);
    const { eventName = "", args } = decodeEventLog({ abi: this.abi, topics: [signature, ...rest], data: toHex(data) });
    return { name: eventName, address: toHex(address), args: args as unknown };
  }

  private block() {
    return {
      common: this.vm.common,
      header: {
        number: this.height,
        timestamp: this.time,
        gasLimit: GAS,
        gasUsed: 0n,
        baseFeePerGas: 1n,
        coinbase: createZeroAddress(),
        difficulty: 0n,
        prevRandao: new Uint8Array(32),
        getBlobGasPrice: () => undefined,
      },
      errorStr: () => "test block",
    } as never;
  }
}
