import type { Figure } from './figure.ts'

/** The figures as an aligned table for people. */
export function table(figures: readonly Figure[]): string {
  const head = ['name', 'value', 'unit', 'baseline', 'ratio', 'min … max']
  const cells = figures.map(({ name, value, unit, baseline, ratio, runs }) => [
    name,
    String(value),
    unit,
    baseline === null ? '–' : String(baseline),
    ratio === null ? '–' : `${ratio} ×`,
    `${runs[0]} … ${runs[2]}`,
  ])
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return `${[head, ...cells].map(line).join('\n')}\n`
}
