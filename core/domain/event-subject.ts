import type { DomainEvent } from './events.ts'

/** Returns what filters of the log need of an event's data: the agent and the app that it names. */
export function subjectOf({ data }: DomainEvent): { readonly agentId: string | null; readonly app: string | null } {
  return { agentId: textOf(data, 'agentId'), app: textOf(data, 'app') }
}

function textOf(data: object, field: string): string | null {
  const value: unknown = Object.hasOwn(data, field) ? (data as Readonly<Record<string, unknown>>)[field] : null
  return typeof value === 'string' ? value : null
}
