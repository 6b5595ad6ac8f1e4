import type pg from 'pg'
import { subjectOf } from '../../domain/event-subject.ts'
import type { DomainEvent } from '../../domain/events.ts'
import { termConditions } from '../agents/selected.ts'
import type { Visible } from '../visible.ts'

/** A part of the log that somebody may audit. */
export interface AuditedPart {
  /** Null: all. */
  readonly apps: readonly string[] | null
  /** Null: all, and events without an agent. */
  readonly agentIds: readonly string[] | null
}

/** Returns the parts with the ids of the agents that their selectors select now. */
export function auditedParts(pool: pg.Pool, schema: string, audited: Visible): Promise<readonly AuditedPart[]> {
  return Promise.all(
    audited.map(async ({ apps, selector }) => {
      const selected = termConditions([], [[selector]])
      if (selected.isEmpty) return { apps, agentIds: null }
      const { rows } = await pool.query<{ id: string }>(`select id from ${schema}.agent_terms ${selected.where}`, selected.values)
      return { apps, agentIds: rows.map(({ id }) => id) }
    }),
  )
}

/** Says whether an event is in one of the parts: it must name the app and the agent of the part. What names neither is only for who may audit everything. */
export function isAudited(parts: readonly AuditedPart[]): (event: DomainEvent) => boolean {
  const sets = parts.map(({ apps, agentIds }) => ({ apps: apps && new Set(apps), agentIds: agentIds && new Set(agentIds) }))
  return (event) => {
    const { app, agentId } = subjectOf(event)
    return sets.some(
      ({ apps, agentIds }) =>
        (apps === null || (app !== null && apps.has(app))) && (agentIds === null || (agentId !== null && agentIds.has(agentId))),
    )
  }
}
