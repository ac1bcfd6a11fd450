import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

type Labels = Readonly<Record<string, string>>;

/** Makes metrics; each module declares its own beside its code, with this. Names end in a unit or in _total. */
export interface MetricsFactory {
  counter(name: string, help: string, labels?: readonly string[]): { inc(labels?: Labels, by?: number): void };
  /** `read` is called at each scrape. */
  gauge(name: string, help: string, read: () => number): void;
  /** A count that is kept elsewhere and only grows; `read` is called at each scrape. */
  total(name: string, help: string, read: () => number): void;
  /** A gauge with one label; `read` gives the value of each. */
  gauges(name: string, help: string, label: string, read: () => Readonly<Record<string, number>>): void;
  histogram(name: string, help: string, buckets: readonly number[]): { observe(value: number): void };
}

export interface Metrics extends MetricsFactory {
  /** Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
  stop(): void;
}

/** A registry of its own for each node, so that several nodes can live in one process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  // Brings nodejs_eventloop_lag_*, process_resident_memory_bytes, garbage collection, open files.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    stop: () => registry.clear(),
    counter(name, help, labels = []) {
      const counter = new Counter({ name, help, labelNames: [...labels], registers: [registry] });
      return { inc: (values, by = 1) => (values === undefined ? counter.inc(by) : counter.inc({ ...values }, by)) };
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    },
    total(name, help, read) {
      new Counter({
        name,
        help,
        registers: [registry],
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    },
    gauges(name, help, label, read) {
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers: [registry],
        collect() {
          this.reset();
          for (const [value, count] of Object.entries(read())) this.set({ [label]: value }, count);
        },
      });
    },
    histogram(name, help, buckets) {
      return new Histogram({ name, help, buckets: [...buckets], registers: [registry] });
    },
  };
}
