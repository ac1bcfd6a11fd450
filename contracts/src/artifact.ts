export type Hex = `0x${string}`;

/** Where an immutable's value stands in the runtime code; the key is the compiler's number of the variable. */
export type ImmutableReferences = Readonly<
  Record<string, readonly { readonly start: number; readonly length: number }[]>
>;

export interface StorageVariable {
  readonly contract: string;
  readonly label: string;
  readonly offset: number;
  readonly slot: string;
  readonly type: string;
}

export interface StorageType {
  readonly encoding: string;
  readonly label: string;
  readonly numberOfBytes: string;
  readonly key?: string;
  readonly value?: string;
  readonly base?: string;
  readonly members?: readonly StorageVariable[];
}

export interface StorageLayout {
  readonly storage: readonly StorageVariable[];
  readonly types: Readonly<Record<string, StorageType>> | null;
}

/** What the compiler made of one contract. */
export interface Artifact {
  readonly contractName: string;
  /** Version of the compiler with its commit. */
  readonly compiler: string;
  readonly abi: readonly unknown[];
  /** Creation code; constructor arguments are appended to it. */
  readonly creationCode: Hex;
  /** Runtime code with zeros where immutables go: genesis takes what the constructor returns instead. */
  readonly runtimeCode: Hex;
  readonly immutableReferences: ImmutableReferences;
  readonly storageLayout: StorageLayout;
}
