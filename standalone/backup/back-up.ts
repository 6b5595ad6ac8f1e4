import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { logExtent, type RawEvent, rawEvents } from '@elves/core/eventing/postgres/event-copy.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { release } from '@elves/core/foundation/release.ts'
import pg from 'pg'
import { databaseOfTool } from '../database-of-tool.ts'
import { keptSecrets } from '../secrets.ts'
import type { ToolGround } from '../tool-process.ts'
import { agentIds, agentKeys } from './agent-ids.ts'
import { writeBackup } from './backup-file.ts'
import { backupFormat } from './backup-lines.ts'
import { personalKeysIn } from './personal-keys.ts'

export interface BackUp extends ToolGround {
  readonly file: string
  readonly databaseUrl: string | undefined
}

export interface MadeBackup {
  readonly path: string
  readonly events: number
  readonly sha256: string
}

/** Saves the log up to where it ends at this moment. Throws FILE_EXISTS, CONFIG_INVALID, and what finding the database throws. */
export async function backUp({ file, databaseUrl, settings, logger, stack, signal, onProgress }: BackUp): Promise<MadeBackup> {
  const path = resolve(file)
  if (existsSync(path)) throw new ElvesError('FILE_EXISTS', `${path} is there already; name a new file.`, { facts: { path } })
  if (settings.ELVES_EVENTSTOREDB_URL !== '') {
    throw new ElvesError('CONFIG_INVALID', 'ELVES_EVENTSTOREDB_URL names where the events are: EventStoreDB has its own backup procedure.')
  }
  const database = stack.use('database', await databaseOfTool({ databaseUrl, settings, logger }))
  const client = new pg.Client({ connectionString: database.url })
  client.on('error', () => undefined)
  await client.connect()
  stack.defer('connection', () => client.end())
  const { logId, last } = await logExtent(client)
  const dataDir = resolve(settings.ELVES_DATA_DIR)
  const header = {
    elvesBackup: backupFormat,
    release,
    madeAt: new Date().toISOString(),
    logId,
    events: last,
    secrets: await keptSecrets(join(dataDir, 'secrets.json')),
    agents: await agentIds(dataDir),
    agentKeys: await agentKeys(dataDir),
    personalKeys: await personalKeysIn(client),
  } as const
  async function* pages(): AsyncGenerator<readonly RawEvent[]> {
    for await (const page of rawEvents(client, last)) {
      onProgress(page[0]?.position ?? 0, last)
      yield page
    }
  }
  const sha256 = await writeBackup(path, header, pages(), signal)
  return { path, events: last, sha256 }
}
