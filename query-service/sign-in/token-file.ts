import { randomBytes, randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { ElvesError } from '@elves/core/foundation/errors.ts'

/** Returns the token in a file; makes the file, for its owner only, where it is not there. Several processes may do so at once. Throws FILE_UNUSABLE. */
export async function tokenOfFile(path: string): Promise<string> {
  try {
    return (await tokenIn(path)) ?? (await made(path))
  } catch (cause) {
    const { message } = cause as Error
    throw new ElvesError('FILE_UNUSABLE', `ELVES_TOKEN_FILE=${path} can not be read or made: ${message}`, { cause, facts: { path } })
  }
}

async function tokenIn(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** A file that is there is whole: it is written under another name first, and the first process that names it wins. */
async function made(path: string): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const draft = `${path}.${randomUUID()}.new`
  await writeFile(draft, `${token}\n`, { mode: 0o600 })
  try {
    await link(draft, path)
    return token
  } catch (error) {
    const first = (error as NodeJS.ErrnoException).code === 'EEXIST' ? await tokenIn(path) : null
    if (first === null) throw error
    return first
  } finally {
    await rm(draft, { force: true })
  }
}
