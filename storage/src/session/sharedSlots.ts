/** What is used of it; the types for Node 20 leave it out. */
declare const WebAssembly: {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => { readonly buffer: ArrayBufferLike };
};

/** The unit of WebAssembly's memory; it starts on a page of the system. */
const WASM_PAGE = 64 * 1024;

/**
 * Memory that threads share, each slot on a page: what is written past the page cache must start there, and only the memory
 * of WebAssembly promises it. Where the system refuses that kind of memory the slots lie anywhere, and are written as usual.
 */
export function sharedSlots(count: number, length: number): Uint8Array[] {
  const stride = Math.ceil(length / WASM_PAGE);
  const buffer = sharedPages(stride * count) ?? new SharedArrayBuffer(stride * count * WASM_PAGE);
  return Array.from({ length: count }, (_, i) => new Uint8Array(buffer, i * stride * WASM_PAGE, length));
}

function sharedPages(pages: number): SharedArrayBuffer | undefined {
  try {
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    return buffer instanceof SharedArrayBuffer ? buffer : undefined;
  } catch {
    return undefined;
  }
}
