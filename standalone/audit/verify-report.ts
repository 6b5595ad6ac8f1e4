import { readFile } from 'node:fs/promises'
import { headOf } from '@elves/core/audit/head.ts'
import { type Trusted, type Verdict, verifyExport } from '@elves/core/audit/verify-export.ts'
import { isPublicKey } from '@elves/core/foundation/ed25519.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { startError } from '@elves/core/foundation/start-error.ts'
import { linesOf } from './export-file.ts'

export interface VerifyFile {
  readonly file: string
  /** Files with public keys, one a line. */
  readonly keys: readonly string[]
  /** Files with heads, one a line. */
  readonly heads: readonly string[]
}

/** Throws CONFIG_INVALID for a file of keys or heads that has others, and what reading throws. */
export async function verifyFile({ file, keys, heads }: VerifyFile): Promise<Verdict> {
  const trusted: Trusted = {
    keys: (await Promise.all(keys.map((path) => read(path, (line) => (isPublicKey(line) ? line : null))))).flat(),
    heads: (await Promise.all(heads.map((path) => read(path, earlierHead)))).flat(),
  }
  return verifyExport(linesOf(file), trusted).catch((error: unknown) => {
    throw startError(error, file)
  })
}

async function read<Item>(path: string, itemOf: (line: string) => Item | null): Promise<Item[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw startError(error, path)
  })
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !isHalf(line.trim()))
  if (lines.length === 0) throw new ElvesError('CONFIG_INVALID', `${path}: it has no whole line`)
  return lines.map((line) => {
    const item = itemOf(line.trim())
    if (item === null) throw new ElvesError('CONFIG_INVALID', `${path}: a line of it is no ${itemOf === earlierHead ? 'head' : 'public key'}`)
    return item
  })
}

/** A crash while a head was written leaves the beginning of its line; the head follows as a whole. */
function isHalf(line: string): boolean {
  return line.startsWith('{') && !line.endsWith('}')
}

function earlierHead(line: string): Trusted['heads'][number] | null {
  try {
    const parsed = JSON.parse(line) as { readonly publicKey?: unknown }
    const head = headOf(parsed)
    return head && (typeof parsed.publicKey === 'string' ? { ...head, publicKey: parsed.publicKey } : head)
  } catch {
    return null
  }
}

/** Returns the lines for a person; tools/audit/verify.py prints the same. */
export function auditReport({ findings, header, closingHead, events, isOwnKey }: Verdict): string {
  if (findings.length > 0 || !header || !closingHead) {
    return findings.map(({ kind, index, text }) => `${kind}${index === null ? '' : ` ${index}`}: ${text}\n`).join('')
  }
  const span = events === 0 ? 'no event' : `events ${header.first} to ${header.next - 1}`
  const signed = `signed at ${new Date(closingHead.signedAt).toISOString()}, in a head of ${closingHead.size} events`
  const trust = `Nobody named a key: the one in the file was used, so this only says that the file fits itself. Its public key: ${closingHead.publicKey}\n`
  return `OK: ${span} of log ${header.logId} are what key ${closingHead.keyId} ${signed}\n${isOwnKey ? trust : ''}`
}
