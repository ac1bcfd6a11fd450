/** What `init` writes: every field that has to be filled in, with what it is. */
export const configTemplate = `# lucid-payout; docs/operate-payouts.md explains every field.
network:
  name: nile
  # Id of block 0; nodes of another network are refused. Nile: ask two independent nodes for block 0.
  genesisId: "FILL IN: 64 hex digits"
# Two independent nodes or more: then facts that move money need two that agree.
nodes:
  - url: https://nile.trongrid.io
    # apiKeyFile: trongrid.key
# proxy: socks5h://127.0.0.1:9050
engine:
  contracts:
    routerV0: "FILL IN: T..."
    routerKyc: "FILL IN: T..."
    registry: "FILL IN: T..."
    usdt: TXYZopYRdj2D9XRtbG411XZZ3kM5VkAeBf
  operator:
    address: "FILL IN: T..., the 2-of-3 account"
    signers:
      epoch: 0
      threshold: 2
      signers: ["FILL IN: T...", "FILL IN: T...", "FILL IN: T..."]
  policy:
    # Millionths of USDT, as texts.
    maxPerTransaction: "1000000000"
    maxPerDay: "20000000000"
    maxPerPayeePerDay: "1000000000"
    approvalThreshold: "500000000"
    approvals: 2
    # Paid by the KYC route alone: whoever is named by a node id (nodeId), whoever is named (named), or nobody.
    workers: nodeId
  staking:
    # auto: keep energy and bandwidth for the next run staked; advise: only say what falls short.
    mode: advise
    # Most TRX that may be staked in all, in sun (millionths).
    budgetSun: 0
store:
  kind: journal
# store: { kind: mongodb, uriFile: mongo.uri, database: wallet }
api:
  socket: api.sock
signers:
  - kind: vault
    name: service
    keystore: service.key.json
    passphraseFile: service.pass
  - kind: remote
    name: second
    address: "FILL IN: T..."
    socket: second.sock
`;
