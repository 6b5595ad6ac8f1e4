import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SetApps } from '@elves/schemas/generated/types.ts'
import { replaceFile } from '../journal/journal-disk.ts'

/** Which wish of the center was taken last. */
type Taken = Pick<SetApps, 'logId' | 'revision'>

const none: Taken = { logId: '', revision: -1 }

/** Remembers in `wish.json` which wish was taken last: one that is older brings nothing back, after a restart of the agent neither. */
export class TakenWish {
  readonly #path: string
  #taken: Taken = none

  constructor(folder: string) {
    this.#path = join(folder, 'wish.json')
  }

  /** A file that can't be read, or has something else in it, counts as none. */
  async read(): Promise<void> {
    const text = await readFile(this.#path, 'utf8').catch(() => '')
    this.#taken = parsed(text) ?? none
  }

  /** Returns what this wish is beside the last one. Wishes of another log have revisions of their own: the center was restored. */
  compare({ logId, revision }: Taken): 'OLD' | 'SAME' | 'NEW' {
    if (logId !== this.#taken.logId || revision > this.#taken.revision) return 'NEW'
    return revision < this.#taken.revision ? 'OLD' : 'SAME'
  }

  take({ logId, revision }: Taken): void {
    this.#taken = { logId, revision }
  }

  /** Resolves when the wish that was taken last is on the disk. */
  async write(): Promise<void> {
    await replaceFile(this.#path, [Buffer.from(`${JSON.stringify(this.#taken)}\n`)])
  }
}

function parsed(text: string): Taken | null {
  try {
    const { logId, revision } = JSON.parse(text) as Partial<Taken>
    return typeof logId === 'string' && Number.isSafeInteger(revision) ? { logId, revision: revision as number } : null
  } catch {
    return null
  }
}
