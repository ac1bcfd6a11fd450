import { CodedError, type ErrorInfo, ExitCode } from "@lucid/consensus/base";

export const scriptErrorInfo = {
  NO_TESTS: {
    summary: "A test suite holds no test files.",
    fix: "Build first, and check the name of the suite.",
    exitCode: ExitCode.Internal,
  },
  UNKNOWN_BENCH: {
    summary: "There is no benchmark of this name.",
    fix: "Choose one of the names that `npm run bench` lists.",
    exitCode: ExitCode.Usage,
  },
  COMMAND_FAILED: {
    summary: "A program that the script started ended with an error.",
    fix: "Read what the program printed.",
    exitCode: ExitCode.Internal,
  },
  DEMO_FAILED: {
    summary: "A step of the demo gave another result than it must.",
    fix: "Run it again and report what it prints.",
    exitCode: ExitCode.Internal,
  },
  NETSIM_FAILED: {
    summary: "A network of real processes did not do what it must.",
    fix: "Run it again without --json and report what it prints.",
    exitCode: ExitCode.Internal,
  },
  NETSIM_NO_PROGRAM: {
    summary: "A program that the scenario needs is not installed.",
    fix: "Install what the message names.",
    exitCode: ExitCode.Environment,
  },
  NETSIM_NOT_PERMITTED: {
    summary: "The system does not let this user make network namespaces.",
    fix: "Run it as root on Linux with iproute2; soak and scale need no namespaces.",
    exitCode: ExitCode.Environment,
  },
  NETSIM_USAGE: {
    summary: "There is no such scenario or option of the network simulation.",
    fix: "Choose one of those that `npm run netsim` lists.",
    exitCode: ExitCode.Usage,
  },
} as const satisfies Record<string, ErrorInfo>;

export type ScriptErrorCode = keyof typeof scriptErrorInfo;

export class ScriptError extends CodedError<ScriptErrorCode> {}
