/** Modules that a configuration may name. `rpc` (discover) is always on; `admin` exists on the unix socket only. */
export const RPC_MODULES = ["eth", "net", "web3", "txpool", "lucid"] as const;
export type RpcModuleName = (typeof RPC_MODULES)[number];
