import type { NatOptions } from "@lucid/p2p";
import { z } from "zod";
import { flagValue, type Setting, setting } from "./setting.js";

/** Ways past routers. In Tor mode none of them is used. */
export const natSettings = {
  p2pNatTraversal: setting({
    key: "p2p.natTraversal",
    flag: "--no-nat-traversal",
    env: "LUCID_P2P_NAT_TRAVERSAL",
    summary:
      "ask peers which own addresses they reach, dial through relays, and make relayed connections direct ones (--no-nat-traversal switches it off)",
    fallback: true,
    schema: flagValue,
  }),
  p2pRelay: setting<NatOptions["relay"]>({
    key: "p2p.relay",
    flag: "--relay <mode>",
    env: "LUCID_P2P_RELAY",
    summary:
      "client: be reached through relays, behind a router that forwards no port; server: relay for others; or off",
    fallback: "off",
    schema: z.enum(["off", "client", "server"], { error: "must be off, client or server" }),
  }),
  p2pUpnp: setting({
    key: "p2p.upnp",
    flag: "--upnp",
    env: "LUCID_P2P_UPNP",
    summary: "ask the router to forward the port (UPnP)",
    fallback: false,
    schema: flagValue,
  }),
  p2pMdns: setting({
    key: "p2p.mdns",
    flag: "--mdns",
    env: "LUCID_P2P_MDNS",
    summary: "find other nodes of the same network in the house by multicast",
    fallback: false,
    schema: flagValue,
  }),
} satisfies Record<string, Setting<boolean> | Setting<NatOptions["relay"]>>;

type NatValues = {
  readonly p2pNatTraversal: boolean;
  readonly p2pRelay: NatOptions["relay"];
  readonly p2pUpnp: boolean;
  readonly p2pMdns: boolean;
};

export function toNatOptions(values: NatValues): NatOptions {
  return {
    traversal: values.p2pNatTraversal,
    relay: values.p2pRelay,
    upnp: values.p2pUpnp,
    mdns: values.p2pMdns,
  };
}
