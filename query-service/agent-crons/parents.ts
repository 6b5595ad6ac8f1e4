import type { OwnCron } from '@elves/schemas/generated/types.ts'

export interface AgentCronParent extends OwnCron {
  readonly agentId: string
  readonly timeZone: string
}
