import { createEVM, EVM, EVMError, type EVMOpts, type ExecResult, type Message, NobleBN254 } from "@ethereumjs/evm";
import { Account, createZeroAddress } from "@ethereumjs/util";
import { NodeError } from "../errors.js";
import { type FastOpcode, fastOpcodes, type LibraryOpcode, type RunState, type Slots } from "./fastOpcodes.js";
import { type RunPrecompile, staticCallOpcode } from "./fastPrecompiles.js";

/** The library's frame of execution; the class itself is not exported. */
type Interpreter = RunState["interpreter"];
type InterpreterConstructor = new (
  evm: EVM,
  stateManager: EVM["stateManager"],
  blockchain: EVM["blockchain"],
  env: RunState["env"],
  gasLeft: bigint,
  journal: EVM["journal"],
  performanceLogs: unknown,
  profiler: undefined,
) => Interpreter;

/** What a piece of code looks like to the loop; computed once a code, not once a call. */
interface Analysis {
  readonly jumps: Uint8Array;
  readonly pushes: Record<number, bigint>;
}

type RunOptions = NonNullable<Parameters<Interpreter["run"]>[1]>;

/** An opcode that no fork knows, to look into a frame. */
const PROBE = 0x0c;
const STATICCALL = 0xfa;
const TRACED = ["step", "beforeMessage", "afterMessage"] as const;

/** A frame gives its class away to an opcode that runs in it. */
async function interpreterClass(common: EVMOpts["common"]): Promise<InterpreterConstructor> {
  let found: unknown;
  const evm = await createEVM({
    ...(common === undefined ? {} : { common }),
    customOpcodes: [
      {
        opcode: PROBE,
        opcodeName: "PROBE",
        baseFee: 0,
        logicFunction: (state: RunState) => {
          found = state.interpreter.constructor;
        },
      },
    ],
  });
  await evm.runCode({ code: Uint8Array.of(PROBE), gasLimit: 100n });
  if (typeof found !== "function") {
    throw new NodeError({ code: "STATE_UNSUPPORTED", message: "this release of the EVM does not show its frames" });
  }
  return found as InterpreterConstructor;
}

/**
 * The library's EVM with a loop of our own: code is analysed once, and only opcodes that really wait are awaited (the
 * library awaits every one). Calls, gas, journal and nearly all opcodes are the library's; a listener for steps gets the
 * library's loop.
 */
export class FastEvm extends EVM {
  readonly #Interpreter: InterpreterConstructor;
  readonly #opcodes: readonly FastOpcode[];
  /** By identity of the code: the state hands out one array per code. */
  readonly #analyses = new WeakMap<Uint8Array, Analysis>();

  private constructor(options: EVMOpts, interpreter: InterpreterConstructor, slots: Slots) {
    super(options);
    this.#Interpreter = interpreter;
    const table = [...fastOpcodes(this._opcodeMap as unknown as readonly LibraryOpcode[], this.common, slots)];
    const staticCall = table[STATICCALL];
    if (staticCall !== undefined) {
      const run: RunPrecompile = (code, data, gas) => this.runPrecompile(code, data, gas);
      table[STATICCALL] = staticCallOpcode(staticCall, this.precompiles, this.common, run);
    }
    this.#opcodes = table;
  }

  static async create(
    options: EVMOpts & Required<Pick<EVMOpts, "common" | "stateManager" | "blockchain">>,
    slots: Slots,
  ): Promise<FastEvm> {
    const interpreter = await interpreterClass(options.common);
    return new FastEvm({ ...options, bn254: new NobleBN254() }, interpreter, slots);
  }

  protected override async runInterpreter(message: Message, options: RunOptions = {}): Promise<ExecResult> {
    const code = message.code;
    if (!(code instanceof Uint8Array) || options.pc !== undefined || this.#listened()) {
      return super.runInterpreter(message, options);
    }
    const to = message.to ?? createZeroAddress();
    const env = {
      address: to,
      caller: message.caller,
      callData: message.data,
      callValue: message.value,
      code,
      isStatic: message.isStatic,
      isCreate: message.isCreate,
      depth: message.depth,
      gasPrice: this._tx?.gasPrice ?? 0n,
      origin: this._tx?.origin ?? message.caller,
      block: this._block,
      contract: (await this.stateManager.getAccount(to)) ?? new Account(),
      codeAddress: message.codeAddress,
      gasRefund: message.gasRefund,
      chargeCodeAccesses: message.chargeCodeAccesses,
      blobVersionedHashes: message.blobVersionedHashes ?? [],
      accessWitness: message.accessWitness,
      createdAddresses: message.createdAddresses,
      initialLogs: options.initialLogs,
    } as unknown as RunState["env"];
    const interpreter = new this.#Interpreter(
      this,
      this.stateManager,
      this.blockchain,
      env,
      message.gasLimit,
      this.journal,
      this.performanceLogger,
      undefined,
    );
    const outcome = interpreter._result;
    if (message.selfdestruct) outcome.selfdestruct = message.selfdestruct;
    if (message.createdAddresses) outcome.createdAddresses = message.createdAddresses;
    const state = (interpreter as unknown as { readonly _runState: RunState })._runState;
    const error = await this.#loop(state, code);
    const reverted = error?.error === EVMError.errorMessages.REVERT;
    const gasUsed = error !== undefined && !reverted ? message.gasLimit : message.gasLimit - state.gasLeft;
    const result =
      error === undefined ? outcome : { ...outcome, logs: [], selfdestruct: new Map(), createdAddresses: new Set() };
    return {
      ...result,
      exceptionError: error,
      gas: state.gasLeft,
      executionGasUsed: gasUsed,
      gasRefund: state.gasRefund,
      returnValue: result.returnValue ?? new Uint8Array(0),
    } as unknown as ExecResult;
  }

  /** Tracers want every step and every message. */
  #listened(): boolean {
    return TRACED.some((event) => this.events.listenerCount(event) > 0);
  }

  /** Runs the code to its end; returns why it failed, if it did. */
  async #loop(state: RunState, code: Uint8Array): Promise<EVMError | undefined> {
    const { jumps, pushes } = this.#analyse(code);
    const { common } = this;
    const opcodes = this.#opcodes;
    const { length } = code;
    state.code = code;
    state.validJumps = jumps;
    state.cachedPushes = pushes;
    state.shouldDoJumpAnalysis = false;
    try {
      while (state.programCounter < length) {
        const opcode = opcodes[code[state.programCounter] ?? 0];
        // The table has 256 entries.
        if (opcode === undefined) break;
        state.opCode = code[state.programCounter] ?? 0;
        let gas = opcode.fee;
        if (opcode.gas !== undefined) {
          const dynamic = opcode.gas(state, gas, common);
          gas = typeof dynamic === "bigint" ? dynamic : await dynamic;
        }
        if (opcode.invalid) return new EVMError(EVMError.errorMessages.INVALID_OPCODE);
        state.gasLeft -= gas;
        if (state.gasLeft < 0n) {
          state.gasLeft = 0n;
          return new EVMError(EVMError.errorMessages.OUT_OF_GAS);
        }
        state.programCounter += 1;
        const running = opcode.run(state, common);
        if (running !== undefined) await running;
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof EVMError)) throw error;
      return error.error === EVMError.errorMessages.STOP ? undefined : error;
    }
  }

  #analyse(code: Uint8Array): Analysis {
    const known = this.#analyses.get(code);
    if (known !== undefined) return known;
    const jumps = new Uint8Array(code.length);
    const pushes: Record<number, bigint> = {};
    for (let at = 0; at < code.length; at++) {
      const opcode = code[at] ?? 0;
      if (opcode === 0x5b) jumps[at] = 1;
      if (opcode < 0x60 || opcode > 0x7f) continue;
      const length = opcode - 0x5f;
      // Beyond the end of the code there are zeros.
      const bytes = new Uint8Array(length);
      bytes.set(code.subarray(at + 1, at + 1 + length));
      pushes[at + 1] = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
      at += length;
    }
    const analysis = { jumps, pushes };
    this.#analyses.set(code, analysis);
    return analysis;
  }
}
