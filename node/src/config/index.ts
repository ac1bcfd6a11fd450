export { configFileText } from "./configFile.js";
export { natSettings, toNatOptions } from "./natSettings.js";
export type { NodeConfig } from "./nodeConfig.js";
export {
  type ConfigSources,
  nearest,
  parseConfigFile,
  type ResolvedConfig,
  resolveConfig,
  toNodeConfig,
} from "./resolve.js";
export { rpcLimitSettings } from "./rpcLimitSettings.js";
export { parseSize, type Setting } from "./setting.js";
export {
  type Origin,
  origins,
  type SettingName,
  type SettingValues,
  settings,
} from "./settings.js";
export { type TorConfig, torSettings, toTorConfig } from "./torSettings.js";
