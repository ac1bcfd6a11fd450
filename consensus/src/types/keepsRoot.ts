import type { CompositeType } from "@chainsafe/ssz";

// biome-ignore lint/suspicious/noExplicitAny: the views of a type do not matter here
type AnyType = CompositeType<any, any, any>;

/**
 * Makes a type remember the root of each value that it has hashed. Values must not be changed after that; a changed copy
 * is another object and is hashed anew. (The library's own `cachePermanentRootStruct` writes the root onto the value, and
 * `{...node, retiredEpoch}` takes the wrong root along.)
 */
export function keepsRoot<T extends AnyType>(type: T): T {
  const roots = new WeakMap<object, Uint8Array>();
  const compute = type.hashTreeRootInto.bind(type);
  type.hashTreeRoot = (value: object): Uint8Array => {
    let root = roots.get(value);
    if (root === undefined) {
      root = new Uint8Array(32);
      compute(value, root, 0);
      roots.set(value, root);
    }
    return root;
  };
  type.hashTreeRootInto = (value: object, output: Uint8Array, offset: number): void => {
    output.set(type.hashTreeRoot(value), offset);
  };
  return type;
}

/** Gives a type another root than that of its fields. */
export function rootedBy<V extends object, T extends CompositeType<V, unknown, unknown>>(
  type: T & CompositeType<V, unknown, unknown>,
  compute: (value: V, output: Uint8Array, offset: number) => void,
): T {
  type.hashTreeRootInto = compute;
  type.hashTreeRoot = (value: V): Uint8Array => {
    const root = new Uint8Array(32);
    compute(value, root, 0);
    return root;
  };
  return type;
}
