import { CodedError, type ErrorInfo, ExitCode } from "@lucid/consensus/base";

export const p2pErrorInfo = {
  P2P_BAD_ADDRESS: {
    summary: "A peer or listening address is no multiaddress of TCP or of an onion service.",
    fix: "Write it as /ip4/ADDRESS/tcp/PORT, for example /ip4/127.0.0.1/tcp/30120; /ip6, /dns4 and /onion3 work as well.",
    exitCode: ExitCode.BadInput,
  },
  P2P_LISTEN_FAILED: {
    summary: "The peer-to-peer port cannot be opened.",
    fix: "Choose another port or stop the process that holds it.",
    exitCode: ExitCode.Environment,
  },
  P2P_WRONG_NETWORK: {
    summary: "A peer belongs to another network or speaks another version.",
    fix: "Check that both nodes were started with the same genesis file and release.",
    exitCode: ExitCode.Environment,
  },
  P2P_BAD_FRAME: {
    summary: "A peer sent a frame that no honest node sends.",
    fix: "Nothing to do: the connection was closed.",
    exitCode: ExitCode.BadInput,
  },
  P2P_TOO_LARGE: {
    summary: "A message is larger than its topic or protocol allows.",
    fix: "Send less in one message.",
    exitCode: ExitCode.BadInput,
  },
  P2P_PEER_GONE: {
    summary: "The peer is not connected or left before it answered.",
    fix: "Ask another peer.",
    exitCode: ExitCode.Unreachable,
  },
  P2P_TIMEOUT: {
    summary: "A peer did not answer in time.",
    fix: "Ask another peer.",
    exitCode: ExitCode.Unreachable,
  },
  P2P_BUSY: {
    summary: "A peer has too many requests or bytes waiting.",
    fix: "Ask another peer, or later.",
    exitCode: ExitCode.Unreachable,
  },
  P2P_UNKNOWN_TOPIC: {
    summary: "A gossip topic is used that the network was not told of when it was made.",
    fix: "Report this as a defect.",
    exitCode: ExitCode.Internal,
  },
  P2P_UNKNOWN_PROTOCOL: {
    summary: "A peer does not serve the protocol that it was asked for.",
    fix: "Ask another peer, or upgrade the one that was asked.",
    exitCode: ExitCode.Unreachable,
  },
  P2P_REMOTE_FAILED: {
    summary: "A peer could not answer a request.",
    fix: "Ask another peer.",
    exitCode: ExitCode.Unreachable,
  },
  P2P_CLEARNET: {
    summary: "In Tor mode an address is given that is not an onion service, or not loopback where the node listens.",
    fix: "Give /onion3 addresses only and listen on /ip4/127.0.0.1; docs/operations/tor.md tells how.",
    exitCode: ExitCode.Environment,
  },
  P2P_NO_TOR: {
    summary: "An onion service is to be dialled or offered, and no Tor is configured.",
    fix: "Give --tor, or --tor-proxy with the SOCKS5 port of Tor.",
    exitCode: ExitCode.Environment,
  },
  P2P_TOR_UNREACHABLE: {
    summary: "Tor does not answer. Nothing is sent until it does.",
    fix: "Start Tor, or correct --tor-proxy or --tor-control.",
    exitCode: ExitCode.Unreachable,
  },
  P2P_TOR_REFUSED: {
    summary: "Tor's control port refused the node, so that it has no onion service.",
    fix: "Let the node read Tor's cookie (group debian-tor), or give --tor-password-file; docs/operations/tor.md tells how.",
    exitCode: ExitCode.Environment,
  },
  P2P_STOPPED: {
    summary: "The network is stopped.",
    fix: "Start the node.",
    exitCode: ExitCode.Unreachable,
  },
} as const satisfies Record<string, ErrorInfo>;

export type P2pErrorCode = keyof typeof p2pErrorInfo;

export class P2pError extends CodedError<P2pErrorCode> {}
