import { agentCronsReadModel } from '@elves/core/read-models/agent-crons/index.ts'
import type { EdgeFeature } from '../feature.ts'
import { agentCronResolvers, agentCronsOfAgent, cronOfTask } from './resolvers.ts'

export const agentCronsFeature = {
  readModels: [agentCronsReadModel],
  resolvers: { Agent: agentCronsOfAgent, AgentCron: agentCronResolvers, Task: cronOfTask },
} satisfies EdgeFeature
