import { randomUUID } from 'node:crypto'
import type { KnownAuthKey } from '@elves/core/access/access-state.ts'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import { openAuthKey } from '@elves/core/command-api/open-auth-key.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { ReadAccess } from '../access/read-access.ts'
import type { AuthKeys } from './auth-keys.ts'

export interface SupervisedAuthKeysOptions {
  readonly commands: Pick<CommandApi, 'call' | 'noteAuthKeyUse'>
  readonly readModels: ReadModels
  readonly logger: Logger
}

const noteEveryMs = 60_000

/** The `supervisor` permission mode: keys that people make, each with its grants. A key that was revoked is none at once. */
export function supervisedAuthKeys(access: ReadAccess, { commands, readModels, logger }: SupervisedAuthKeysOptions): AuthKeys {
  /** By key and name; a secret never changes. */
  const opened = new Map<string, string>()
  /** When the use of a key was told last. */
  const noted = new Map<string, number>()

  async function find(authId: string): Promise<KnownAuthKey | null> {
    const known = (await access.log.state()).authKeys.get(authId) ?? (await access.log.refreshed()).authKeys.get(authId)
    return known?.state === 'USABLE' ? known : null
  }

  async function secretOf(id: string, secretId: string): Promise<string | null> {
    const name = `${id} ${secretId}`
    const known = opened.get(name)
    if (known !== undefined) return known
    const caller = { actor: { kind: 'SYSTEM', id: 'rest-v2', name: null }, correlationId: randomUUID(), metadata: {} } as const
    const answer = await commands.call(openAuthKey, caller, { id, secretId })
    if (answer.refusal || answer.secret === undefined) return null
    opened.set(name, answer.secret)
    return answer.secret
  }

  return {
    async keysOf(authId) {
      const key = await find(authId)
      if (!key) return null
      const { id, secretId, earlier } = key
      const names = earlier && Date.now() < earlier.until ? [secretId, earlier.secretId] : [secretId]
      const secrets = await Promise.all(names.map((name) => secretOf(id, name)))
      return secrets.filter((secret) => secret !== null)
    },
    async mayRun(authId, app, ip) {
      const agent = ip === null ? null : await readModels.agent(ip)
      const asked = { app, agent: ip === null ? null : { name: ip, known: agent && selectableOf(agent) } }
      return access.may({ kind: 'AUTH_KEY', id: authId }, 'RUN', asked)
    },
    appOf: async (authId) => (await find(authId))?.app ?? null,
    used(authId) {
      const now = Date.now()
      if (now - (noted.get(authId) ?? 0) < noteEveryMs) return
      noted.set(authId, now)
      commands.noteAuthKeyUse(authId).catch((error: unknown) => logger.warn({ err: error, authId }, 'the use of an auth key could not be noted'))
    },
  }
}
