import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The address of the database that the runner of a data folder started, from where tools look for it. */
export async function databaseUrlOf(dataDir: string): Promise<string> {
  return (JSON.parse(await readFile(join(dataDir, 'postgres', 'connection.json'), 'utf8')) as { url: string }).url
}
