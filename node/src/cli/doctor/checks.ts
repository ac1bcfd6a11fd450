/** Outcome of one look at the machine. A warning is something that will hurt; a failure keeps a node from working. */
export interface Check {
  readonly name: string;
  readonly state: "ok" | "warning" | "failed" | "skipped";
  readonly found: string;
  /** What to do, for warnings and failures. */
  readonly advice?: string;
}

export function ok(name: string, found: string): Check {
  return { name, state: "ok", found };
}

export function warning(name: string, found: string, advice: string): Check {
  return { name, state: "warning", found, advice };
}

export function failed(name: string, found: string, advice: string): Check {
  return { name, state: "failed", found, advice };
}

export function skipped(name: string, found: string): Check {
  return { name, state: "skipped", found };
}
