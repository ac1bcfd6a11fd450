export { type Account, accountFromPrivateKey, accountPath, type DerivedAccount, deriveAccount } from "./account.js";
export { addressOfPublicKey, formatAddress, parseAddress } from "./address.js";
export { type BlsKey, blsKeyFromSecret, blsPath, type DerivedBlsKey, deriveBlsKey, deriveBlsKeyAt } from "./blsKey.js";
export { decryptKeystoreBls, encryptKeystoreBls } from "./keystoreBls.js";
export { decryptKeystoreV3, type EncryptV3Options, encryptKeystoreV3, type KeystoreV3 } from "./keystoreV3.js";
export {
  entropyToMnemonic,
  generateMnemonic,
  type MnemonicLength,
  mnemonicToEntropy,
  mnemonicToSeed,
  parseMnemonic,
} from "./mnemonic.js";
export { deviceFingerprint, generateDeviceId, generatePeerKey, type PeerKey, peerKeyFromSecret } from "./peerKey.js";
export { defaultScryptCost, type ScryptCost } from "./scrypt.js";
export {
  loadAccount,
  loadBlsKey,
  loadOrCreateDeviceId,
  loadOwner,
  loadPeerKey,
  readAccountAddress,
  readBlsPublicKey,
  readSecretFile,
  type SecretFileOptions,
  saveAccount,
  saveBlsKey,
  saveOwner,
  savePeerKey,
  writeSecretFile,
} from "./secretFiles.js";
export { deriveChunkKey, deriveIndexKey, deriveOwnerKey, deriveSessionKey } from "./sessionKeys.js";
