import type { AskedAgent } from '@elves/core/access/decide.ts'
import type { Caller } from '@elves/core/command-api/command.ts'
import type { Permission } from '@elves/core/domain/permissions.ts'
import { selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import type { RestServices } from './endpoint.ts'

/** For the tasks of a cron: whoever may run or schedule them reads what he made. */
export const whoMayReadCrons = ['VIEW', 'RUN', 'SCHEDULE'] as const

/** What a read tells of. A part that is absent is any. */
export interface ToldOf {
  readonly app?: string | null
  readonly func?: string
  readonly agentId?: string
}

/** Returns those for which a caller has one of the permissions; all of them for one who is not checked. */
export async function readableOf<Told extends ToldOf>(
  { access, readModels }: Pick<RestServices, 'access' | 'readModels'>,
  caller: Caller,
  permissions: readonly Permission[],
  told: readonly Told[],
): Promise<readonly Told[]> {
  const subject = access.subjectOf(caller)
  if (!subject) return told
  const agents = new Map<string, AskedAgent>()
  const decided = new Map<string, boolean>()

  async function agentOf(id: string): Promise<AskedAgent> {
    const known = agents.get(id)
    if (known) return known
    const found = await readModels.agent(id)
    const asked = { name: id, known: found && selectableOf(found) }
    agents.set(id, asked)
    return asked
  }

  const readable: Told[] = []
  for (const one of told) {
    const { app, func, agentId } = one
    const key = JSON.stringify([app, func, agentId])
    let isReadable = decided.get(key)
    if (isReadable === undefined) {
      const asked = { ...(app && { app }), ...(func !== undefined && { func }), agent: agentId === undefined ? null : await agentOf(agentId) }
      const answers = await Promise.all(permissions.map((permission) => access.may(subject, permission, asked)))
      isReadable = answers.includes(true)
      decided.set(key, isReadable)
    }
    if (isReadable) readable.push(one)
  }
  return readable
}
