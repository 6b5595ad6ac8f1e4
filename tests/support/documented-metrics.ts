import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A row of metrics.md. */
export interface DocumentedMetric {
  readonly name: string
  readonly type: string
  readonly labels: readonly string[]
  readonly where: readonly string[]
  readonly meaning: string
}

/** Reads metrics.md, for tests. */
export function documentedMetrics(): DocumentedMetric[] {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'reference', 'metrics.md'), 'utf8')
  const rows = text.split('\n').filter((line) => line.startsWith('| `elves_'))
  return rows.map((row) => {
    const [name = '', type = '', labels = '', where = '', meaning = ''] = row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim())
    return { name: name.replaceAll('`', ''), type, labels: labels.match(/\w+/g) ?? [], where: where.split(', '), meaning }
  })
}
