import type { Row } from '../bench.ts'
import { startCenter } from '../center.ts'
import { figure, quantile } from '../figure.ts'
import { graphqlClient } from '../graphql-client.ts'
import { adminToken, newUser } from '../people.ts'
import { simulatedAgents } from '../simulated-agents.ts'
import { roundTrips } from './task-roundtrip.ts'

const tasksPerRun = 600
const warmUp = 300

/**
 * What checks of permissions cost: one client, one task after the other, as an operator of a platform with users; baseline: the same as the
 * local admin of a second platform. The two take turns of 100 tasks, so that what else the machine does meets both.
 */
export const usersTaskRoundtrip: Row = {
  names: ['users-task-roundtrip-p50'],
  async measure({ center, runs, progress }) {
    const withUsers = await startCenter({ ELVES_AUTH: 'users' })
    const { token } = await newUser(withUsers, await adminToken(withUsers), { name: 'bench', roles: ['operator'] })
    const both = await Promise.all(
      [{ ...withUsers, token }, center].map(async (one) => {
        const agents = await simulatedAgents(one, 1, 3)
        return { agents, client: graphqlClient(one, 1), agent: agents.ready.agentIds[0] ?? '' }
      }),
    )
    const medians: number[][] = [[], []]
    try {
      for (const { client, agent } of both) await roundTrips(client, agent, warmUp)
      for (let run = 0; run < runs; run++) {
        progress(`task round trip of a user, run ${run + 1} of ${runs}`)
        const took: number[][] = [[], []]
        for (let done = 0; done < tasksPerRun; done += 100) {
          for (const [which, { client, agent }] of both.entries()) took[which]?.push(...(await roundTrips(client, agent, 100)))
        }
        for (const [which, durations] of took.entries()) medians[which]?.push(quantile(durations, 0.5))
      }
    } finally {
      for (const { client, agents } of both) {
        await client.close()
        await agents.stop()
      }
      await withUsers.stop()
    }
    const [users = [], local = []] = medians
    return [figure('users-task-roundtrip-p50', 'ms', users, local)]
  },
}
