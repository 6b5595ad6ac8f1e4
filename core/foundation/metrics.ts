import { Counter, Gauge, type Metric, type Registry } from 'prom-client'

/** From a millisecond to half an hour, because a task may take either. */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800]

type Labels<Label extends string> = Readonly<Record<Label, string>>

/** The known values of each label. Every combination is there as zero from the start. */
export type KnownLabels<Label extends string> = Readonly<Record<Label, readonly string[]>>

export interface LabelledMetric<Label extends string> {
  readonly name: string
  readonly help: string
  readonly labels: KnownLabels<Label>
}

export interface LabelledCounter<Label extends string> {
  inc(labels: Labels<Label>, count?: number): void
  /** Returns the counter of these labels, for who counts it often. */
  labels(labels: Labels<Label>): { inc(count?: number): void }
}

export interface LabelledDurations<Label extends string> {
  observe(labels: Labels<Label>, seconds: number): void
}

export interface Durations {
  observe(seconds: number): void
}

/** Makes a counter by labels. It starts with zeros, because a rate would miss the first increment otherwise. */
export function labelledCounter<Label extends string>(registry: Registry, { name, help, labels }: LabelledMetric<Label>): LabelledCounter<Label> {
  const counted = new ByLabels<Label, { count: number }>(labels, () => ({ count: 0 }))
  new Counter({
    name,
    help,
    labelNames: Object.keys(labels) as Label[],
    registers: [registry],
    collect() {
      for (const [values, since] of counted) {
        this.inc(values, since.count)
        since.count = 0
      }
    },
  })
  return {
    inc(values, count = 1) {
      counted.at(values).count += count
    },
    labels(values) {
      const one = counted.at(values)
      return {
        inc(count = 1) {
          one.count += count
        },
      }
    },
  }
}

/** Makes a histogram of durations, in seconds, by labels. */
export function labelledDurations<Label extends string>(registry: Registry, { name, help, labels }: LabelledMetric<Label>): LabelledDurations<Label> {
  const measured = new ByLabels<Label, Measured>(labels, () => new Measured())
  registry.registerMetric(histogram(name, help, measured))
  return { observe: (values, seconds) => measured.at(values).observe(seconds) }
}

/** Makes a histogram of durations, in seconds. */
export function durations(registry: Registry, name: string, help: string): Durations {
  const measured = new Measured()
  registry.registerMetric(histogram(name, help, [[{}, measured]]))
  return measured
}

/** Makes a counter of what something else counts; `read` returns the count since the start of the process. */
export function countedElsewhere(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset()
      this.inc(read())
    },
  })
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

/**
 * Values by labels. A value is found by the values of the labels, one after the other: prom-client makes a text of all of them for
 * each count, which took 2 % of the time of a process under load.
 */
class ByLabels<Label extends string, Value> {
  readonly #names: readonly Label[]
  readonly #make: () => Value
  readonly #root = new Map<string, unknown>()
  readonly #all: [Labels<Label>, Value][] = []

  constructor(known: KnownLabels<Label>, make: () => Value) {
    this.#names = Object.keys(known) as Label[]
    this.#make = make
    for (const values of combinations(known)) this.at(values)
  }

  at(labels: Labels<Label>): Value {
    let found: unknown = this.#root
    for (const name of this.#names) {
      found = (found as Map<string, unknown>).get(labels[name])
      if (found === undefined) return this.#added(labels)
    }
    return found as Value
  }

  [Symbol.iterator](): Iterator<[Labels<Label>, Value]> {
    return this.#all.values()
  }

  #added(labels: Labels<Label>): Value {
    const value = this.#make()
    let map = this.#root
    for (const [index, name] of this.#names.entries()) {
      if (index === this.#names.length - 1) map.set(labels[name], value)
      else {
        const next = (map.get(labels[name]) as Map<string, unknown> | undefined) ?? new Map<string, unknown>()
        map.set(labels[name], next)
        map = next
      }
    }
    this.#all.push([{ ...labels }, value])
    return value
  }
}

/** The counts of a histogram, one for each bucket and one for what is longer. */
class Measured implements Durations {
  readonly counts = new Float64Array(durationBuckets.length + 1)
  sum = 0

  observe(seconds: number): void {
    let bucket = 0
    while (bucket < durationBuckets.length && seconds > (durationBuckets[bucket] as number)) bucket += 1
    this.counts[bucket] = (this.counts[bucket] as number) + 1
    this.sum += seconds
  }
}

/** A metric for the registry, as `get` of prom-client's own histogram tells it. */
function histogram(name: string, help: string, measured: Iterable<[Readonly<Record<string, string>>, Measured]>): Metric {
  const get = async () => ({
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    values: [...measured].flatMap(([labels, { counts, sum }]) => {
      let count = 0
      const buckets = [...durationBuckets, '+Inf'].map((le, index) => {
        count += counts[index] as number
        return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count }
      })
      return [...buckets, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: count }]
    }),
  })
  return { name, help, get } as unknown as Metric
}

function combinations<Label extends string>(labels: KnownLabels<Label>): Record<Label, string>[] {
  return (Object.entries(labels) as [Label, readonly string[]][]).reduce(
    (all, [label, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))),
    [{} as Record<Label, string>],
  )
}
