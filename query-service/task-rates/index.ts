import { ElvesError } from '@elves/core/foundation/errors.ts'
import { taskRatesReadModel } from '@elves/core/read-models/task-rates/index.ts'
import type { EdgeFeature } from '../feature.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** What the platform counts of tasks as they come and end. */
export const taskRatesFeature = {
  readModels: [taskRatesReadModel],
  resolvers: {
    Platform: {
      taskMinutes: (_platform, { minutes }, { services }) => {
        const back = within('minutes', minutes, { most: 1_440, otherwise: 60 })
        // The minute that is not over yet is one of them.
        return services.readModels.of(taskRatesReadModel).minutes(Date.now() - (back - 1) * minuteMs)
      },
      slowestApps: (_platform, { hours, first }, { services }) => {
        const back = within('hours', hours, { most: 168, otherwise: 24 })
        const most = within('first', first, { most: 100, otherwise: 10 })
        return services.readModels.of(taskRatesReadModel).durations(Date.now() - back * hourMs, most)
      },
      newFailures: (_platform, { hours, first }, { services }) => {
        const back = within('hours', hours, { most: 168, otherwise: 24 })
        const most = within('first', first, { most: 100, otherwise: 10 })
        return services.readModels.of(taskRatesReadModel).newFailures(Date.now() - back * hourMs, most)
      },
    },
  },
} satisfies EdgeFeature

interface Range {
  readonly most: number
  readonly otherwise: number
}

/** Throws PAGE_TOO_LARGE. A null counts as missing. */
function within(name: string, given: number | null | undefined, { most, otherwise }: Range): number {
  const value = given ?? otherwise
  if (value < 1 || value > most) throw new ElvesError('PAGE_TOO_LARGE', `${name} must be 1 to ${most}`, { facts: { [name]: value } })
  return value
}
