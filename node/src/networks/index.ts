export {
  formatGenesisFile,
  type GenesisFile,
  type GenesisFileAccount,
  type GenesisFileValidator,
  genesisFileSchema,
  loadGenesisFile,
  parseGenesisFile,
} from "./genesisFile.js";
