import { z } from "zod";
import { flagValue, type Setting, setting } from "./setting.js";

const endpoint = z.string().regex(/^$|^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:]+\]):\d{1,5}$/, {
  error: "must be an IP address and a port, such as 127.0.0.1:9050",
});

/** Reaching others, and being reached, through Tor. */
export const torSettings = {
  p2pTor: setting({
    key: "p2p.tor",
    flag: "--tor",
    env: "LUCID_P2P_TOR",
    summary:
      "meet other nodes through Tor only: nothing else is dialled, looked up or listened on (docs/operations/tor.md)",
    fallback: false,
    schema: flagValue,
  }),
  torProxy: setting({
    key: "tor.proxy",
    flag: "--tor-proxy <host:port>",
    env: "LUCID_TOR_PROXY",
    summary:
      "SOCKS5 port of Tor; with --tor 127.0.0.1:9050 if it is not given, without --tor it makes .onion peers reachable too",
    fallback: "",
    schema: endpoint,
  }),
  torControl: setting({
    key: "tor.control",
    flag: "--tor-control <host:port>",
    env: "LUCID_TOR_CONTROL",
    summary:
      "control port of Tor, such as 127.0.0.1:9051: the node sets up an onion service for itself and tells others its address",
    fallback: "",
    schema: endpoint,
  }),
  torPasswordFile: setting({
    key: "tor.passwordFile",
    flag: "--tor-password-file <file>",
    env: "LUCID_TOR_PASSWORD_FILE",
    summary: "file whose first line is the password of the control port, where Tor has no cookie",
    fallback: "",
    schema: z.string(),
  }),
} satisfies Record<string, Setting<boolean> | Setting<string>>;

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Settings of Tor, resolved. */
export interface TorConfig {
  /** Nothing but onion services is dialled. */
  readonly only: boolean;
  readonly proxy: Endpoint;
  readonly control: Endpoint | undefined;
  readonly passwordFile: string | undefined;
}

type TorValues = { readonly p2pTor: boolean } & Readonly<Record<"torProxy" | "torControl" | "torPasswordFile", string>>;

const DEBIAN_PROXY: Endpoint = { host: "127.0.0.1", port: 9050 };

function endpointOf(text: string): Endpoint | undefined {
  const end = text.lastIndexOf(":");
  if (end < 0) return undefined;
  return { host: text.slice(0, end).replaceAll(/[[\]]/g, ""), port: Number(text.slice(end + 1)) };
}

/** Undefined where nothing of Tor is asked for. */
export function toTorConfig(values: TorValues): TorConfig | undefined {
  const [proxy, control] = [endpointOf(values.torProxy), endpointOf(values.torControl)];
  if (!values.p2pTor && proxy === undefined && control === undefined) return undefined;
  return {
    only: values.p2pTor,
    proxy: proxy ?? DEBIAN_PROXY,
    control,
    passwordFile: values.torPasswordFile === "" ? undefined : values.torPasswordFile,
  };
}
