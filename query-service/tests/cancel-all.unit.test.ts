import type { CommandAnswer } from '@elves/core/command-api/command.ts'
import { taskLimits } from '@elves/core/domain/task/limits.ts'
import type { TaskFilter } from '@elves/core/read-models/tasks/queries.ts'
import { expect, test } from 'vitest'
import { cancelAll } from '../tasks/cancel-tasks.ts'

test('a call cancels open tasks only, and no more than it may, however many a filter has', async () => {
  const asked: { readonly states: TaskFilter['states']; readonly first: number }[] = []
  let given = 0
  let called: readonly string[] = []
  const page = ({ states }: TaskFilter, { first }: { readonly first: number }) => {
    asked.push({ states, first })
    const edges = Array.from({ length: first }, () => ({ node: { id: (given++).toString(16).padStart(32, '0') } }))
    return { edges, hasNextPage: true, endCursor: String(given) }
  }
  const services = {
    readModels: { tasks: async (filter: TaskFilter, request: { readonly first: number }) => page(filter, request) },
    commands: {
      async call(_command: unknown, _caller: unknown, { ids }: { readonly ids: readonly string[] }): Promise<CommandAnswer<'cancel'>> {
        called = ids
        return { cancelId: 'c', events: [], position: null, refusal: { code: 'OVERLOADED', message: '', field: null } } as never
      },
    },
  }
  const answer = await cancelAll({ filter: { states: ['RUNNING', 'SUCCEEDED'] } } as never, { services, caller: {} } as never)
  expect(answer.refusal).toMatchObject({ code: 'OVERLOADED' })
  expect(called).toHaveLength(taskLimits.cancelledAtOnce)
  expect(new Set(called).size).toBe(taskLimits.cancelledAtOnce)
  expect(asked.every(({ states }) => JSON.stringify(states) === '["RUNNING"]')).toBe(true)
})
