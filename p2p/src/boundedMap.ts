/** Sets an entry; beyond `capacity` the oldest that may leave does. */
export function setBounded<K, V>(
  map: Map<K, V>,
  key: K,
  value: V,
  capacity: number,
  mayLeave: (value: V) => boolean = () => true,
): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= capacity) return;
  for (const [name, entry] of map) {
    if (name === key || !mayLeave(entry)) continue;
    map.delete(name);
    return;
  }
}
