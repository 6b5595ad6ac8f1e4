import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { describe, expect, it } from 'vitest'
import { acknowledged, agentId, caller, center, ended, request, started } from '../tests/center.ts'
import { foldAttempts } from './attempt-changes.ts'

async function history(
  ...reports: ('AttemptAcknowledged' | 'AttemptStarted' | 'AttemptEnded')[]
): Promise<{ taskId: string; events: readonly RecordedEvent[] }> {
  const { commands, reports: intake, store } = center()
  const taskId = (await commands.runTask(caller, request())).taskId ?? ''
  const byName = { AttemptAcknowledged: acknowledged, AttemptStarted: started, AttemptEnded: ended }
  for (const name of reports) await intake.record(agentId, [byName[name](taskId)])
  return { taskId, events: await store.readStream(`task-${taskId}`) }
}

describe('what a batch changes of open attempts', () => {
  it('is nothing for a task that begins and ends within it', async () => {
    const { events } = await history('AttemptAcknowledged', 'AttemptStarted', 'AttemptEnded')
    expect(foldAttempts(events)).toEqual({ opened: [], updated: [], closed: [] })
  })

  it('opens a task with how far it has got', async () => {
    const { taskId, events } = await history('AttemptAcknowledged', 'AttemptStarted')
    const { opened, updated, closed } = foldAttempts(events)
    expect([updated, closed]).toEqual([[], []])
    expect(opened).toMatchObject([{ taskId, isAcknowledged: true, isStarted: true, dispatched: { data: { attempt: 1, agentId } } }])
  })

  it('updates and closes what an earlier batch opened', async () => {
    const { taskId, events } = await history('AttemptAcknowledged', 'AttemptStarted', 'AttemptEnded')
    expect(foldAttempts(events.slice(2, 3)).updated).toMatchObject([{ taskId, isAcknowledged: true, isStarted: false }])
    expect(foldAttempts(events.slice(3)).closed).toEqual([taskId])
  })

  it('takes no notice of other streams and of reports that were ignored', async () => {
    const { events } = await history('AttemptEnded', 'AttemptEnded')
    const ignored = events.at(-1) as RecordedEvent<TaskEvent>
    expect(ignored.event.type).toBe('TaskReportIgnored')
    expect(foldAttempts([ignored, { ...(events[1] as RecordedEvent), stream: 'agent-1' }])).toEqual({ opened: [], updated: [], closed: [] })
  })
})
