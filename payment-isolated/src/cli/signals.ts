/** Resolves at the first SIGINT or SIGTERM; the second one ends the process at once. */
export function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first = true;
    const handle = () => {
      if (!first) process.exit(130);
      first = false;
      resolve();
    };
    process.on("SIGINT", handle);
    process.on("SIGTERM", handle);
  });
}
