/** What tests of other packages need to play a hostile peer. */
export { ProtocolNames } from "../../src/libp2p/protocolNames.js";
export { encodeFrames } from "../../src/libp2p/snappyFrames.js";
export { field, frame, RawPeer, send, varint } from "./rawPeer.js";
export { Strain } from "./strain.js";
