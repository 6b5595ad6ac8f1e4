import type { Row } from '../bench.ts'
import { startCenter } from '../center.ts'
import { figure, quantile } from '../figure.ts'
import { graphqlClient } from '../graphql-client.ts'
import { simulatedAgents } from '../simulated-agents.ts'
import { roundTrips } from './task-roundtrip.ts'

const tasksPerRun = 600
const warmUp = 300
/** A list of keys without a key: the center signs nothing. */
const noKey = ','

/**
 * One client, one task after the other, with signed instructions; baseline: the same on a second platform that signs nothing. The two
 * take turns of 100 tasks, so that what else the machine does meets both.
 */
export const signedTaskRoundtrip: Row = {
  names: ['signed-task-roundtrip-p50'],
  async measure({ center, runs, progress }) {
    const unsignedCenter = await startCenter({ ELVES_SIGNING_KEY: noKey })
    const both = await Promise.all(
      [center, unsignedCenter].map(async (one) => {
        const agents = await simulatedAgents(one, 1, 2)
        return { agents, client: graphqlClient(one, 1), agent: agents.ready.agentIds[0] ?? '' }
      }),
    )
    const medians: number[][] = [[], []]
    try {
      for (const { client, agent } of both) await roundTrips(client, agent, warmUp)
      for (let run = 0; run < runs; run++) {
        progress(`signed task round trip, run ${run + 1} of ${runs}`)
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
      await unsignedCenter.stop()
    }
    const [signed = [], unsigned = []] = medians
    return [figure('signed-task-roundtrip-p50', 'ms', signed, unsigned)]
  },
}
