import { readFileSync } from 'node:fs'
import { type Position, parsePosition } from '@elves/core/eventing/position.ts'
import type { PlatformResolvers } from '../generated/graphql.ts'
import type { GraphqlServices } from '../graphql/context.ts'
import type { PlatformParent } from '../tasks/parents.ts'

const packageFile = new URL('../../package.json', import.meta.url)
let version: string | undefined

function platformVersion(): string {
  version ??= (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version
  return version
}

/** The read models answer without the write side; only the head of the log is its to tell. */
export async function platformParent({ readModels, commands }: GraphqlServices): Promise<PlatformParent> {
  const [projectors, readPosition] = await Promise.all([readModels.projectors(), readModels.position()])
  let head: Promise<Position> | undefined
  const headPosition = () => {
    head ??= commands.head()
    return head
  }
  return { headPosition, readPosition, projectors }
}

export const platformResolvers = {
  version: platformVersion,
  headPosition: ({ headPosition }) => headPosition(),
  projectors: async ({ projectors, headPosition }) => {
    const head = await headPosition()
    return projectors.map((projector) => ({ ...projector, lag: lag(projector.position, head) }))
  },
  counters: async (_platform, _args, { services }) => {
    const { tasksByState, agentsByState, events } = await services.readModels.counters()
    return { tasksByState: counts(tasksByState), agentsByState: counts(agentsByState), events }
  },
} satisfies PlatformResolvers

function counts<State extends string>(byState: Readonly<Record<State, number>>): { state: State; count: number }[] {
  return (Object.keys(byState) as State[]).map((state) => ({ state, count: byState[state] }))
}

function lag(position: Position, head: Position): number {
  return Math.max(0, parsePosition(head).sequence - parsePosition(position).sequence)
}
