import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { migrateCommandService } from '@elves/command-service/command-schema.ts'
import { insertRawEvents, logExtent, rawEvents } from '@elves/core/eventing/postgres/event-copy.ts'
import { migrateEventing } from '@elves/core/eventing/postgres/eventing-schema.ts'
import { plainPool } from '@elves/core/eventing/postgres/plain-pool.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { folderHolder, folderLock } from '@elves/core/foundation/folder-lock.ts'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import type pg from 'pg'
import { removeDataFolder } from '../postgres/data-folder.ts'
import { embeddedPostgres } from '../postgres/embedded-postgres.ts'
import { writePrivateFile } from '../private-file.ts'
import type { ToolGround } from '../tool-process.ts'
import { agentFolders, agentIdIn, placeAgentId } from './agent-ids.ts'
import { type BackupContent, backedUpEvents, checkBackup } from './backup-file.ts'
import { eventLine, LineChecksum } from './backup-lines.ts'
import { insertPersonalKeys } from './personal-keys.ts'
import { restoreDraft } from './restore-draft.ts'

export interface Restore extends ToolGround {
  readonly file: string
  /** True: an existing history is put aside. */
  readonly isReplacing: boolean
  readonly say: (text: string) => void
}

export interface Restored {
  readonly dataDir: string
  readonly events: number
  /** The folder to which the previous content was moved; null if there was none. */
  readonly aside: string | null
}

/**
 * Makes the database of a data folder from a backup: checks the whole backup before it touches anything, builds the database in a
 * draft, reads it back and compares, then puts it in place. The log gets a new id; the next start makes everything else from the
 * log. Throws BACKUP_INVALID, DATA_FOLDER_NOT_EMPTY, DATA_FOLDER_IN_USE, CONFIG_INVALID.
 */
export async function restoreBackup(options: Restore): Promise<Restored> {
  const { file, settings, stack, signal, say, isReplacing, onProgress } = options
  for (const name of ['ELVES_DATABASE_URL', 'ELVES_EVENTSTOREDB_URL'] as const) {
    if (settings[name] !== '')
      throw new ElvesError('CONFIG_INVALID', `${name} is set: a server of your own is restored with its own tools.`, { facts: { name } })
  }
  const dataDir = resolve(settings.ELVES_DATA_DIR)
  makeFolder(dataDir)
  stack.use('folder lock', await folderLock(dataDir))
  await refuseLivingAgents(dataDir)
  if (existsSync(join(dataDir, 'postgres')) && !isReplacing) {
    const remedy = 'Take another ELVES_DATA_DIR, or add --replace: what is there is put aside, not removed.'
    throw new ElvesError('DATA_FOLDER_NOT_EMPTY', `${dataDir} has a history. ${remedy}`, { facts: { dataDir } })
  }
  say(`Checking ${resolve(file)}.`)
  const content = await checkBackup(file, onProgress, signal)
  const draft = restoreDraft(dataDir)
  await removeDraft(draft)
  makeFolder(draft)
  try {
    await buildDatabase(options, join(draft, 'postgres'), content)
  } catch (error) {
    await removeDraft(draft)
    throw error
  }
  const aside = await putInPlace(dataDir, draft, content)
  return { dataDir, events: content.header.events, aside }
}

async function refuseLivingAgents(dataDir: string): Promise<void> {
  for (const folder of await agentFolders(dataDir)) {
    const holder = await folderHolder(join(dataDir, folder))
    if (holder === null) continue
    holder.unwatch()
    const message = `An agent (pid ${holder.pid}) still works in ${join(dataDir, folder)}; stop it first: kill ${holder.pid}`
    throw new ElvesError('DATA_FOLDER_IN_USE', message, { facts: { pid: holder.pid } })
  }
}

async function buildDatabase(options: Restore, dir: string, { header, firstLine, sha256 }: BackupContent): Promise<void> {
  const { file, logger, signal, say, onProgress } = options
  const postgres = await embeddedPostgres({ dir, logger, say, signal })
  const pool = plainPool(postgres.url, 1)
  try {
    await migrateEventing(pool)
    await migrateCommandService(pool)
    await takeOtherLogId(pool, header.logId)
    await insertPersonalKeys(pool, header.personalKeys ?? [])
    say('Writing the events.')
    for await (const page of backedUpEvents(file, signal)) {
      await insertRawEvents(pool, page)
      onProgress(page.at(-1)?.position ?? 0, header.events)
    }
    say('Reading them back.')
    const checksum = new LineChecksum()
    checksum.add(firstLine)
    for await (const page of rawEvents(pool, header.events)) {
      signal.throwIfAborted()
      checksum.add(page.map(eventLine).join(''))
    }
    if (checksum.digest() !== sha256)
      throw new ElvesError('INTERNAL', 'What the new database holds is not what the backup says; nothing was changed.')
  } finally {
    await pool.end()
    await postgres.stop()
  }
}

/** Gives the log a new id: a position in the lost part of the old log must not point to an event of the new one. */
async function takeOtherLogId(pool: pg.Pool, before: string): Promise<void> {
  while ((await logExtent(pool)).logId === before) {
    await pool.query(`update elves.log set log_id = substr(replace(gen_random_uuid()::text, '-', ''), 1, 8)`)
  }
}

/** Moves the database last: if a start finds the draft and no database, it knows that a restore was interrupted. */
async function putInPlace(dataDir: string, draft: string, { header }: BackupContent): Promise<string | null> {
  const aside = join(dataDir, `before-restore-${new Date().toISOString().replaceAll(/[-:]|\..*/g, '')}`)
  const putAside = async (name: string) => {
    if (!existsSync(join(dataDir, name))) return
    makeFolder(aside, 0o711)
    await rename(join(dataDir, name), join(aside, name))
  }
  for (const [folder, agentId] of Object.entries(header.agents)) {
    const path = join(dataDir, folder)
    // The folder belongs to this very agent: its journal knows what it ran after the backup, and keeps it from running that again.
    if ((await agentIdIn(path)) === agentId) continue
    await putAside(folder)
    await placeAgentId(path, agentId, header.agentKeys?.[folder])
  }
  if (header.secrets !== null) {
    await putAside('secrets.json')
    await writePrivateFile(join(dataDir, 'secrets.json'), `${JSON.stringify(header.secrets, null, 2)}\n`)
  }
  await putAside('postgres')
  await rename(join(draft, 'postgres'), join(dataDir, 'postgres'))
  await rm(draft, { recursive: true, force: true })
  return existsSync(aside) ? aside : null
}

async function removeDraft(draft: string): Promise<void> {
  await removeDataFolder(join(draft, 'postgres'))
  await rm(draft, { recursive: true, force: true })
}
