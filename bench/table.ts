import type { Figure } from './figure.ts'

const none = '–'

/** The figures as an aligned table for people. */
export function table(figures: readonly Figure[]): string {
  const cells = figures.map(({ name, value, unit, baseline, ratio, runs }) => [
    name,
    String(value),
    unit,
    String(baseline ?? none),
    times(ratio),
    `${runs[0]} … ${runs[2]}`,
  ])
  return aligned(['name', 'value', 'unit', 'baseline', 'ratio', 'min … max'], cells)
}

/** Two runs side by side; rows that only the earlier one has come last. */
export function comparison(before: readonly Figure[], now: readonly Figure[]): string {
  const missing = before.filter(({ name }) => !now.some((figure) => figure.name === name))
  const rows = [...now.map(({ name, unit }) => ({ name, unit })), ...missing]
  const cells = rows.map(({ name, unit }) => {
    const [earlier, later] = [before, now].map((figures) => figures.find((figure) => figure.name === name))
    const change = earlier && later && earlier.value !== 0 ? String(Number((later.value / earlier.value).toPrecision(3))) : none
    return [name, unit, String(earlier?.value ?? none), String(later?.value ?? none), change, times(earlier?.ratio), times(later?.ratio)]
  })
  return aligned(['name', 'unit', 'before', 'now', 'now / before', 'ratio before', 'ratio now'], cells)
}

function times(ratio: number | null | undefined): string {
  return ratio === null || ratio === undefined ? none : `${ratio} ×`
}

function aligned(head: readonly string[], cells: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return `${[head, ...cells].map(line).join('\n')}\n`
}
