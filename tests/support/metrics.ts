/** A metric as `/metrics` shows it. */
export interface ShownMetric {
  readonly name: string
  readonly type: string
  readonly help: string
  /** Names of its labels, without `le` of histograms and `quantile` of summaries. */
  readonly labels: ReadonlySet<string>
  readonly series: readonly string[]
}

/** Reads the text format of Prometheus. Throws on a series without HELP and TYPE before it. */
export function shownMetrics(text: string): ShownMetric[] {
  const found = new Map<string, { name: string; type: string; help: string; labels: Set<string>; series: string[] }>()
  let current = ''
  for (const line of text.split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (keyword === 'HELP') {
      if (found.has(name)) throw new Error(`${name} is there twice`)
      found.set(name, { name, type: '', help: rest, labels: new Set(), series: [] })
      current = name
    } else if (keyword === 'TYPE') {
      const metric = found.get(name)
      if (!metric || name !== current) throw new Error(`${name} has a TYPE without a HELP`)
      metric.type = rest
    } else if (line !== '') take(line)
  }

  function take(line: string): void {
    const [, name = '', labels = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/.exec(line) ?? []
    const metric = found.get(current)
    if (!metric || !(name === current || name.replace(/_(bucket|sum|count)$/, '') === current)) throw new Error(`${line} stands under ${current}`)
    metric.series.push(line)
    for (const [, label = ''] of labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) if (!['le', 'quantile'].includes(label)) metric.labels.add(label)
  }

  return [...found.values()]
}

const baseUnits = /_(seconds|bytes|total|info)$/
const otherUnits = /_(ms|millis|milliseconds|minutes|hours|days|kb|mb|kib|mib|kilobytes|megabytes|percent)(_total)?$/

/** Returns what `promtool check metrics` would complain about, as far as that can occur here; empty if all is well. */
export function complaints({ name, type, help, labels, series }: ShownMetric): string[] {
  const found: string[] = []
  if (help.trim() === '') found.push('no help text')
  if (!['counter', 'gauge', 'histogram', 'summary'].includes(type)) found.push(`type ${type}`)
  if (type === 'counter' && !name.endsWith('_total')) found.push('a counter ends in _total')
  if (type !== 'counter' && name.endsWith('_total')) found.push('only a counter ends in _total')
  if (type === 'histogram' && !baseUnits.test(name)) found.push('a histogram names its unit')
  if (type !== 'histogram' && type !== 'summary' && /_(count|sum|bucket)$/.test(name)) found.push('a suffix of histograms')
  if (otherUnits.test(name)) found.push('not in a base unit')
  if (!/^[a-z][a-z0-9_]*$/.test(name)) found.push('not in snake_case')
  if ([...labels].some((label) => !/^[a-z][a-z0-9_]*$/.test(label) || name.includes(`_by_${label}`))) found.push('a label is not in snake_case')
  if (new Set(series.map((line) => line.replace(/ \S+$/, ''))).size !== series.length) found.push('a series is there twice')
  return found.map((complaint) => `${name}: ${complaint}`)
}
