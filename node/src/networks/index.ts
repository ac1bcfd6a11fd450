export {
  consensusGenesis,
  createGenesisFile,
  genesisAlloc,
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
