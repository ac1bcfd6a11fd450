import { protocols, topics } from "@lucid/node/gossip";
import { networkLimits } from "@lucid/node/peer";

const grouped = new Intl.NumberFormat("en");

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heading, heading.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** docs/limits.md: every bound of the network with its reason, read from the code. */
export function limitsDocument(): string {
  return `# Limits of the network

Written by \`npm run docs\` from \`p2p/src/libp2p/networkLimits.ts\` and \`node/src/driver/topics.ts\`; a test compares. The tests in
\`p2p/test/e2e\` (hostile, eclipse, relay) and \`node/test/e2e/network/hostileVotes.test.ts\` play the peer that tries to get past them. Limits of JSON-RPC are settings: see [cli.md](cli.md).

## Connections, gossip, requests, records

${table(
  ["limit", "value", "unit", "why"],
  Object.entries(networkLimits).map(([name, { value, unit, reason }]) => [
    `\`${name}\``,
    grouped.format(value),
    unit,
    reason,
  ]),
)}

\`--max-peers\` sets \`inboundConnections\` (three quarters) and \`outboundConnections\`.

## Gossip topics

A topic's queue holds messages under validation. When it is full, or half full of one peer's messages, the newest is dropped: it is not
forwarded, and whatever consensus needs is asked for.

${table(
  ["topic", "most bytes", "queue"],
  Object.values(topics).map(({ name, maxBytes, maxQueued }) => [
    `\`${name}\``,
    grouped.format(maxBytes),
    grouped.format(maxQueued),
  ]),
)}

## Requests

${table(
  ["protocol", "request, bytes", "answer, bytes", "time for the answer, ms"],
  Object.values(protocols).map(({ name, maxRequestBytes, maxResponseBytes, timeoutMilliseconds }) => [
    `\`${name}\``,
    grouped.format(maxRequestBytes),
    grouped.format(maxResponseBytes),
    grouped.format(timeoutMilliseconds),
  ]),
)}
`;
}
