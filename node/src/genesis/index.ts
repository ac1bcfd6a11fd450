export { buildGenesisAlloc, type GenesisAccount, type GenesisAllocOptions } from "./alloc.js";
