import type { PreviousFire } from '@elves/core/domain/schedule/due.ts'
import { isEnd } from '@elves/core/domain/task/state.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { forReadable } from '@elves/core/eventing/for-readable.ts'
import { chunks } from '@elves/core/foundation/chunks.ts'
import type { DuePeriod } from './periods-table.ts'

/** Tasks whose histories are in memory at once; a parameter may have 64 KiB. */
const readAtOnce = 250

/** Says of the schedules that ask for it whether the task of their last fire has ended; `null`: that can not be read. */
export async function previousFires(
  store: Pick<EventStore, 'readStreams'>,
  due: readonly DuePeriod[],
): Promise<ReadonlyMap<string, PreviousFire | null>> {
  const asking = due.filter(({ settings, lastTaskId }) => settings.overlap !== 'ALLOW' && lastTaskId !== null)
  const fires = new Map<string, PreviousFire | null>()
  for (const some of chunks(asking, readAtOnce)) {
    const left = await forReadable(some, async (readable) => {
      const histories = await store.readStreams(readable.map(({ lastTaskId }) => taskStream(lastTaskId ?? '')))
      for (const [index, { scheduleId, lastTaskId }] of readable.entries()) {
        fires.set(scheduleId, { taskId: lastTaskId ?? '', endedAt: endOf(histories[index] ?? []) })
      }
    })
    for (const { scheduleId } of left) fires.set(scheduleId, null)
  }
  return fires
}

function endOf(history: readonly RecordedEvent[]): number | null {
  return history.find(({ event }) => isEnd(event.type))?.recordedAt ?? null
}
