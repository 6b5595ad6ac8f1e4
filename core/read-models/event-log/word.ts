import { hash } from 'node:crypto'
import { withoutNul } from '../../foundation/text.ts'

/**
 * Returns the number by which the audit log finds a text: the first 32 bits of its SHA-256, as the SQL function `word` does.
 * Two texts may have one number, so whoever finds an event by it compares the text, too.
 */
export function wordOf(text: string): number {
  return hash('sha256', withoutNul(text), 'buffer').readInt32BE(0)
}

/** Returns {@link wordOf} with a memory for one batch: most texts of a batch occur many times. */
export function wordsOfBatch(): (text: string) => number {
  const known = new Map<string, number>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const word = wordOf(text)
    known.set(text, word)
    return word
  }
}
