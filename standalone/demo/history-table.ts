/** One event of a task, as GraphQL shows it. */
export interface HistoryEvent {
  readonly type: string
  readonly recordedAt: string
  readonly actor: { readonly kind: string; readonly id: string; readonly name: string | null }
  readonly data: Readonly<Record<string, unknown>>
}

const shownChars = 60

/** The events as a person wants to read them: when (since the first), what, who, and the details that matter. */
export function historyTable(events: readonly HistoryEvent[]): string {
  const startMs = Date.parse(events[0]?.recordedAt ?? '')
  const rows = events.map((event) => [
    `+${Date.parse(event.recordedAt) - startMs} ms`,
    event.type,
    actorText(event.actor),
    Object.entries(event.data)
      .flatMap(([name, value]) => detail(name, value))
      .join('  '),
  ])
  return aligned([['when', 'event', 'who', 'details'], ...rows])
}

function actorText({ kind, id, name }: HistoryEvent['actor']): string {
  const who = name ?? id
  return kind.toLowerCase() === who ? who : `${kind.toLowerCase().replaceAll('_', ' ')} ${who}`
}

/** `name=value`, nested values by their path; what is null or empty says nothing. */
function detail(name: string, value: unknown): string[] {
  if (value === null || value === undefined || value === '') return []
  if (Array.isArray(value)) return value.flatMap((item, index) => detail(`${name}[${index}]`, item))
  if (typeof value === 'object') return Object.entries(value).flatMap(([inner, its]) => detail(`${name}.${inner}`, its))
  const text = String(value).replaceAll('\n', ' ')
  return [`${name}=${text.length > shownChars ? `${text.slice(0, shownChars)}…` : text}`]
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd()).join('\n')
}
