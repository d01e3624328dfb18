import type { Clock, Logger } from '@rig/kernel';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface MetricOptions {
  /** Prometheus name, for example `rig_inbox_stored_total`. */
  readonly name: string;
  readonly help: string;
  /** Label names; every call gives a value for each. Keep the values few. */
  readonly labels?: readonly string[];
}

export interface HistogramOptions extends MetricOptions {
  /** Upper bounds in seconds, ascending. Default: from a millisecond to half a minute. */
  readonly buckets?: readonly number[];
}

export type Labels = Readonly<Record<string, string>>;

/** What every service is given. */
export interface Kit {
  readonly logger: Logger;
  /** prom-client registry with the default metrics of the process. */
  readonly metrics: Registry;
  readonly clock: Clock;
  /** Name of this process as a stream consumer. */
  readonly hostname: string;
  /** New for each start, so that two processes with one name notice. */
  readonly incarnation: string;
  /** Aborts when shutdown begins; long-lived responses (SSE) end on it. */
  readonly stopping: AbortSignal;
  /** A counter; asking for the same name again gives the same one. */
  counter(options: MetricOptions): (labels?: Labels, by?: number) => void;
  /** A gauge; asking for the same name again gives the same one. */
  gauge(options: MetricOptions): (value: number, labels?: Labels) => void;
  /** A histogram of seconds. */
  seconds(options: HistogramOptions): (value: number, labels?: Labels) => void;
}

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Counter, gauge and histogram helpers over one registry. */
export const createMeters = (registry: Registry): Pick<Kit, 'counter' | 'gauge' | 'seconds'> => {
  const common = ({
    name,
    help,
    labels,
  }: MetricOptions): { name: string; help: string; labelNames: string[]; registers: Registry[] } => ({
    name,
    help,
    labelNames: [...(labels ?? [])],
    registers: [registry],
  });
  return {
    counter: (options) => {
      const known = registry.getSingleMetric(options.name);
      const metric = known instanceof Counter ? known : new Counter(common(options));
      return (labels = {}, by = 1) => metric.inc(labels, by);
    },
    gauge: (options) => {
      const known = registry.getSingleMetric(options.name);
      const metric = known instanceof Gauge ? known : new Gauge(common(options));
      return (value, labels = {}) => metric.set(labels, value);
    },
    seconds: (options) => {
      const known = registry.getSingleMetric(options.name);
      const metric =
        known instanceof Histogram
          ? known
          : new Histogram({ ...common(options), buckets: [...(options.buckets ?? BUCKETS)] });
      return (value, labels = {}) => metric.observe(labels, value);
    },
  };
};
