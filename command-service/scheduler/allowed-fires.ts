import { randomUUID } from 'node:crypto'
import type { Caller, Refusal } from '@elves/core/command-api/command.ts'
import { scheduleAggregate, scheduleStream } from '@elves/core/domain/schedule/schedule.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import type { Actor } from '@elves/schemas/generated/types.ts'
import type { AccessRules } from '../access/access-rules.ts'
import { saysWho } from './periods.ts'
import type { DuePeriod } from './periods-table.ts'

export interface AllowedFiresOptions {
  readonly store: Pick<EventStore, 'readStreams'>
  readonly access: Pick<AccessRules, 'refusalOfRuns'>
}

/** Knows for whom schedules fire, and whether they may still run what the schedule runs. */
export interface AllowedFires {
  /** Returns for each the one who lets it fire, and why it may not. */
  of(periods: readonly DuePeriod[]): Promise<readonly { readonly maker: Actor | null; readonly refusal: Refusal | null }[]>
}

export function allowedFires({ store, access }: AllowedFiresOptions): AllowedFires {
  /** Of rows that an earlier release wrote. */
  async function makersOf(periods: readonly DuePeriod[]): Promise<ReadonlyMap<string, Actor>> {
    const ids = [...new Set(periods.filter(({ madeBy }) => madeBy === null).map(({ scheduleId }) => scheduleId))]
    const streams = ids.length === 0 ? [] : await store.readStreams(ids.map(scheduleStream))
    return new Map(
      streams.flatMap((events, index) => {
        const last = events.filter(scheduleAggregate.isEvent).findLast(({ event }) => saysWho(event))
        return last ? [[ids[index] ?? '', last.context.actor]] : []
      }),
    )
  }

  async function refusalOf(maker: Actor, { settings }: DuePeriod): Promise<Refusal | null> {
    const caller: Caller = { actor: maker, correlationId: randomUUID(), metadata: {} }
    const no = await access.refusalOfRuns(caller, 'scheduleFire', 'SCHEDULE', [settings])
    return no && { code: no.rejected, message: no.message, field: no.field ?? null }
  }

  return {
    async of(periods) {
      const older = await makersOf(periods)
      return Promise.all(
        periods.map(async (period) => {
          const maker = period.madeBy ?? older.get(period.scheduleId) ?? null
          return { maker, refusal: maker && (await refusalOf(maker, period)) }
        }),
      )
    },
  }
}
