/** The components of the host, as one service sees them, with some replaced. */
export function withOwn<T extends object>(components: T, own: Partial<Record<string, unknown>>): T {
  return new Proxy(components, {
    get: (all, key): unknown => (typeof key === "string" && key in own ? own[key] : Reflect.get(all, key)),
  });
}

/** One of them with some of its methods replaced. */
export function withMethods<T extends object>(component: T, own: Partial<T>): T {
  return new Proxy(component, {
    get(target, key): unknown {
      if (key in own) return Reflect.get(own, key);
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
