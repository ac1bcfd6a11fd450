/**
 * A stage for it-pipe: starts `task` on up to `concurrency` items at once and yields the results in the order of the items.
 * When it ends, however it ends (a failed task, a failed source, a consumer that has had enough), it first waits for every
 * task that was started and closes the source: nothing goes on behind the caller's back.
 */
export function parallelOrdered<T, R>(
  concurrency: number,
  task: (item: T) => Promise<R>,
): (source: AsyncIterable<T>) => AsyncGenerator<R, void, undefined> {
  return async function* stage(source) {
    const iterator = source[Symbol.asyncIterator]();
    const running: Promise<R>[] = [];
    let pulling: Promise<IteratorResult<T>> | undefined;
    let exhausted = false;
    try {
      while (!exhausted || running.length > 0) {
        const oldest = running[0];
        if (!exhausted && running.length < concurrency) {
          pulling ??= iterator.next();
          // Either the source gives the next item or the oldest task is done; a failure of either ends the stage.
          const first = await (oldest === undefined ? pulling : Promise.race([pulling, oldest.then(() => undefined)]));
          if (first === undefined) {
            yield await (running.shift() as Promise<R>);
            continue;
          }
          pulling = undefined;
          if (first.done === true) {
            exhausted = true;
            continue;
          }
          const started = task(first.value);
          // Its failure is seen when its turn comes; until then it must not count as unhandled.
          started.catch(() => undefined);
          running.push(started);
          continue;
        }
        if (oldest !== undefined) {
          running.shift();
          yield await oldest;
        }
      }
    } finally {
      await Promise.allSettled(running);
      // A pull under way must end before the source can be closed (a generator runs one call at a time).
      if (!exhausted) {
        const closing = iterator.return?.(undefined);
        await Promise.allSettled([pulling, closing]);
      }
    }
  };
}

/**
 * A stage that takes up to `limit` items from its source ahead of its consumer, so that a slow consumer holds the source
 * back only when the backlog is full.
 */
export function backlog<T>(limit: number): (source: AsyncIterable<T>) => AsyncGenerator<T, void, undefined> {
  return parallelOrdered(limit, (item) => Promise.resolve(item));
}
