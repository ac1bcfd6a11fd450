import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Artifact, ImmutableReferences, StorageLayout } from "./artifact.js";
import { ContractsError } from "./errors.js";

/** Root of the package, seen from dist/src. */
export const packageRoot = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Contracts of the genesis; everything that a contract imports is compiled with it. */
export const contractNames = [
  "LucidAnchors",
  "LucidChunkStore",
  "NodeRegistry",
  "ParamRegistry",
  "SignerRegistry",
  "LucidTimelock",
  "LucidGovernor",
] as const;
export type ContractName = (typeof contractNames)[number];

/** Contracts that an operator deploys on TRON. */
export const tronContractNames = ["PaidRegistry", "PayoutRouterV0", "PayoutRouterKYC"] as const;

/** Stands in for Tether's contract in tests of this project and of the payout service. */
const TETHER_MOCK = "mocks/TestTether";

/** Where sources are, relative to the package. */
export const sourceFolders = { chain: join("src", "solidity"), tron: "tron" } as const;

/** Reproducible: no metadata hash in the code, so neither comments nor paths change it. */
export const compilerSettings = {
  evmVersion: "cancun",
  // Cheaper code, and events with many fields do not run out of stack.
  viaIR: true,
  // These contracts are part of the genesis: their size costs nothing, their gas does.
  optimizer: { enabled: true, runs: 10_000 },
  metadata: { bytecodeHash: "none", appendCBOR: false },
  outputSelection: {
    "*": {
      "*": [
        "abi",
        "evm.bytecode.object",
        "evm.deployedBytecode.object",
        "evm.deployedBytecode.immutableReferences",
        "storageLayout",
      ],
    },
  },
} as const;

/** The TVM knows neither all of Cancun nor how to charge for it; what is oldest runs everywhere. Deployment costs TRX. */
export const tronSettings = {
  ...compilerSettings,
  evmVersion: "paris",
  viaIR: false,
  optimizer: { enabled: true, runs: 200 },
} as const;

const COMPILER_VERSION = "0.8.26";

interface Solc {
  version(): string;
  compile(input: string, callbacks: { import(path: string): { contents: string } | { error: string } }): string;
}

interface CompilerOutput {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, CompiledContract>>>>;
}

interface CompiledContract {
  readonly abi: readonly unknown[];
  readonly storageLayout: StorageLayout;
  readonly evm: {
    readonly bytecode: { readonly object: string };
    readonly deployedBytecode: { readonly object: string; readonly immutableReferences: ImmutableReferences };
  };
}

/**
 * Compiles the contracts; a warning counts as an error. Each in a run of its own: the compiler numbers what it reads, and
 * those numbers move code, so that a new contract would change the code of all others.
 * @throws ContractsError COMPILER_VERSION, IMPORT_NOT_FOUND or COMPILE_FAILED (with the compiler's text).
 */
export function compileContracts(): ReadonlyMap<ContractName, Artifact> {
  const compiler = new Compiler(sourceFolders.chain, compilerSettings);
  return new Map(contractNames.map((name) => [name, compiler.compile(name)] as const));
}

/** As `compileContracts`; the stand-in of the token is the last one. */
export function compileTronContracts(): readonly Artifact[] {
  const compiler = new Compiler(sourceFolders.tron, tronSettings);
  return [...tronContractNames, TETHER_MOCK].map((name) => compiler.compile(name));
}

class Compiler {
  readonly #require = createRequire(import.meta.url);
  readonly #solc: Solc = this.#require("solc");
  readonly #version = this.#solc.version();
  readonly #folder: string;
  readonly #settings: object;

  constructor(folder: string, settings: object) {
    this.#folder = join(packageRoot, folder);
    this.#settings = settings;
    if (!this.#version.startsWith(`${COMPILER_VERSION}+`)) {
      const message = `solc is ${this.#version}, install ${COMPILER_VERSION} with npm ci`;
      throw new ContractsError("COMPILER_VERSION", message);
    }
  }

  /** @param path of the source without its ending; the contract's name is the last part */
  compile(path: string): Artifact {
    const file = `${path}.sol`;
    const name = basename(path);
    const sources = { [file]: { content: readFileSync(join(this.#folder, file), "utf8") } };
    const input = JSON.stringify({ language: "Solidity", sources, settings: this.#settings });
    const output: CompilerOutput = JSON.parse(this.#solc.compile(input, { import: (path) => this.#read(path) }));
    const complaints = (output.errors ?? []).filter((error) => error.severity !== "info");
    if (complaints.length > 0) {
      throw new ContractsError("COMPILE_FAILED", complaints.map((error) => error.formattedMessage).join("\n"));
    }
    const compiled = output.contracts?.[file]?.[name];
    if (compiled === undefined) throw new ContractsError("COMPILE_FAILED", `solc gave nothing for ${name}`);
    return artifactOf(name, this.#version, compiled);
  }

  #read(path: string): { contents: string } | { error: string } {
    try {
      const file = path.startsWith("@") ? this.#require.resolve(path) : join(this.#folder, path);
      return { contents: readFileSync(file, "utf8") };
    } catch {
      return { error: `${path} is not there; run npm ci` };
    }
  }
}

function artifactOf(name: string, version: string, compiled: CompiledContract): Artifact {
  return {
    contractName: name,
    compiler: version,
    abi: compiled.abi,
    creationCode: `0x${compiled.evm.bytecode.object}`,
    runtimeCode: `0x${compiled.evm.deployedBytecode.object}`,
    immutableReferences: compiled.evm.deployedBytecode.immutableReferences,
    storageLayout: compiled.storageLayout,
  };
}
