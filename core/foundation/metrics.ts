import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** From a millisecond to half an hour, because a task may take either. */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800]

/** The known values of each label. Every combination is there as zero from the start. */
export type KnownLabels<Label extends string> = Readonly<Record<Label, readonly string[]>>

export interface LabelledMetric<Label extends string> {
  readonly name: string
  readonly help: string
  readonly labels: KnownLabels<Label>
}

/** Makes a counter by labels. It starts with zeros, because a rate would miss the first increment otherwise. */
export function labelledCounter<Label extends string>(registry: Registry, { name, help, labels }: LabelledMetric<Label>): Counter<Label> {
  const counter = new Counter({ name, help, labelNames: Object.keys(labels) as Label[], registers: [registry] })
  for (const values of combinations(labels)) counter.inc(values, 0)
  return counter
}

/** Makes a histogram of durations, in seconds, by labels. */
export function labelledDurations<Label extends string>(registry: Registry, { name, help, labels }: LabelledMetric<Label>): Histogram<Label> {
  const histogram = new Histogram({ name, help, labelNames: Object.keys(labels) as Label[], buckets: durationBuckets, registers: [registry] })
  for (const values of combinations(labels)) histogram.zero(values)
  return histogram
}

/** Makes a histogram of durations, in seconds. */
export function durations(registry: Registry, name: string, help: string): Histogram {
  return new Histogram({ name, help, buckets: durationBuckets, registers: [registry] })
}

/** Makes a gauge that is read when the metrics are read. If `read` returns null, the gauge is absent instead of keeping its last value. */
export function gauge(registry: Registry, name: string, help: string, read: () => number | null): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      const value = read()
      if (value === null) this.remove()
      else this.set(value)
    },
  })
}

function combinations<Label extends string>(labels: KnownLabels<Label>): Record<Label, string>[] {
  return (Object.entries(labels) as [Label, readonly string[]][]).reduce(
    (all, [label, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))),
    [{} as Record<Label, string>],
  )
}
