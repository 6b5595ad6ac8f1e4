import { cutText } from '@elves/core/foundation/text.ts'
/** One event of a task, as GraphQL shows it. */
export interface HistoryEvent {
  readonly type: string
  readonly recordedAt: string
  readonly actor: { readonly kind: string; readonly id: string; readonly name: string | null }
  readonly data: Readonly<Record<string, unknown>>
}

const shownChars = 60

/** A table of the events for people: time since the first, event, actor, and meaning. */
export function historyTable(events: readonly HistoryEvent[]): string {
  const startMs = Date.parse(events[0]?.recordedAt ?? '')
  const rows = events.map((event) => [`+${Date.parse(event.recordedAt) - startMs} ms`, event.type, actorText(event.actor), meaning(event)])
  return aligned([['when', 'event', 'who', 'what'], ...rows])
}

function actorText({ kind, id, name }: HistoryEvent['actor']): string {
  // Parts of the platform have names, others long ids.
  const who = name ?? (kind === 'SYSTEM' ? id : id.slice(0, 8))
  const role = kind.toLowerCase().replaceAll('_', ' ')
  return role === who ? who : `${role} ${who}`
}

/** What a task waits for, by the reason of its event. */
const awaited: Readonly<Record<string, string>> = { QUEUE: 'its queue', AGENT: 'its agent', RETRY: 'its next attempt, and its agent' }

function meaning({ type, data }: HistoryEvent): string {
  switch (type) {
    case 'TaskRequested':
      return `run ${data['app']}.${data['func']} on ${data['agentIp']}, ${Number(data['timeoutMs']) === 0 ? 'for as long as it takes' : `for at most ${Number(data['timeoutMs']) / 1000} s`}`
    case 'TaskDispatched':
      return `attempt ${data['attempt']} goes to the agent, to be started by ${new Date(Number(data['notAfter'])).toISOString()}`
    case 'TaskAcknowledged':
      return 'received, and safe in the journal of the agent'
    case 'TaskWaiting':
      return `waits for ${awaited[String(data['reason'])] ?? data['reason']}`
    case 'TaskReportIgnored':
      return `said ${String(data['report']).toLowerCase()} ${data['reason'] === 'DUPLICATE' ? 'again' : 'too late'}, which changes nothing`
    case 'TaskStarted':
      return 'the worker is running'
    default:
      return Object.entries(data)
        .flatMap(([name, value]) => detail(name, value))
        .join('  ')
  }
}

/** Fields that another column or an earlier row already shows. */
const saidElsewhere = ['agentId', 'app', 'attempt', 'happenedAt', 'isLate', 'output.truncated', 'output.byteCount']

/** Returns `name=value`, with nested values by their path; leaves out what is null, empty or shown elsewhere. */
function detail(name: string, value: unknown): string[] {
  if (value === null || value === undefined || value === '' || saidElsewhere.includes(name)) return []
  if (Array.isArray(value)) return value.flatMap((item, index) => detail(`${name}[${index}]`, item))
  if (typeof value === 'object') return Object.entries(value).flatMap(([inner, its]) => detail(`${name}.${inner}`, its))
  const text = String(value).replaceAll('\n', ' ')
  const shown = text.length > shownChars ? `${cutText(text, shownChars)}…` : text
  return [`${name.replace(/^output\./, '').replace(/\.inline$/, '')}=${shown}`]
}

/** Returns rows of cells as text, in columns. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map(({ length }) => length)) - 1
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd()).join('\n')
}
