import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Artifact, ImmutableReferences, StorageLayout } from "./artifact.js";
import { ContractsError } from "./errors.js";

/** Root of the package, seen from dist/src. */
export const packageRoot = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Contracts that get an artefact; everything that they import is compiled with them. */
export const contractNames = ["LucidAnchors", "LucidChunkStore", "NodeRegistry", "ParamRegistry"] as const;
export type ContractName = (typeof contractNames)[number];

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
  const require = createRequire(import.meta.url);
  const solc: Solc = require("solc");
  const version = solc.version();
  if (!version.startsWith(`${COMPILER_VERSION}+`)) {
    throw new ContractsError("COMPILER_VERSION", `solc is ${version}, install ${COMPILER_VERSION} with npm ci`);
  }
  return new Map(contractNames.map((name) => [name, artifactOf(name, version, compile(solc, require, name))] as const));
}

function compile(solc: Solc, require: NodeJS.Require, name: ContractName): CompiledContract {
  const folder = join(packageRoot, "src", "solidity");
  const sources = { [`${name}.sol`]: { content: readFileSync(join(folder, `${name}.sol`), "utf8") } };
  const text = solc.compile(JSON.stringify({ language: "Solidity", sources, settings: compilerSettings }), {
    import: (path) => {
      try {
        const file = path.startsWith("@") ? require.resolve(path) : join(folder, path);
        return { contents: readFileSync(file, "utf8") };
      } catch {
        return { error: `${path} is not there; run npm ci` };
      }
    },
  });
  const output: CompilerOutput = JSON.parse(text);
  const complaints = (output.errors ?? []).filter((error) => error.severity !== "info");
  if (complaints.length > 0) {
    throw new ContractsError("COMPILE_FAILED", complaints.map((error) => error.formattedMessage).join("\n"));
  }
  const compiled = output.contracts?.[`${name}.sol`]?.[name];
  if (compiled === undefined) throw new ContractsError("COMPILE_FAILED", `solc gave nothing for ${name}`);
  return compiled;
}

function artifactOf(name: ContractName, version: string, compiled: CompiledContract): Artifact {
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
