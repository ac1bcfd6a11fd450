export {
  consensusGenesis,
  createGenesisFile,
  DEVNET_SIGNERS,
  genesisAlloc,
  genesisContractOptions,
  genesisRootOf,
  type NewNetwork,
  verifyGenesisFile,
} from "./genesis.js";
export {
  formatGenesisFile,
  type GenesisFile,
  type GenesisFileAccount,
  type GenesisFileValidator,
  genesisFileSchema,
  loadGenesisFile,
  parseGenesisFile,
} from "./genesisFile.js";
export { deriveIdentity, genesisValidator, type NodeIdentity } from "./identity.js";
export { type NodeDirectoryOptions, writeNodeDirectory } from "./nodeDirectory.js";
