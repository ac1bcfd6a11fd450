/** The native functions below the package's own wrapper, whose `compress` forgets the level it was given (1.2.2). */
declare module "@mongodb-js/zstd/bindings.js" {
  export { compress, decompress } from "@mongodb-js/zstd";
}
