import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'

/** The folder, below the data folder, in which a restore builds the database. */
export function restoreDraft(dataDir: string): string {
  return join(dataDir, 'restore.new')
}

/** Throws DATA_FOLDER_DAMAGED if a restore was interrupted: a start would then begin an empty history. */
export function refuseHalfRestored(dataDir: string): void {
  const draft = restoreDraft(dataDir)
  if (!existsSync(draft) || existsSync(join(dataDir, 'postgres'))) return
  const remedy = `Run npm run restore again, or remove ${draft} to begin with an empty history.`
  throw new ElvesError('DATA_FOLDER_DAMAGED', `A restore into ${dataDir} did not get to its end. ${remedy}`, { facts: { draft } })
}
