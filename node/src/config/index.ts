export { configFileText } from "./configFile.js";
export type { NodeConfig } from "./nodeConfig.js";
export {
  type ConfigSources,
  nearest,
  parseConfigFile,
  type ResolvedConfig,
  resolveConfig,
  toNodeConfig,
} from "./resolve.js";
export {
  type Origin,
  origins,
  parseSize,
  type Setting,
  type SettingName,
  type SettingValues,
  settings,
} from "./settings.js";
