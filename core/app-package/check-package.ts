import type { FileHandle } from 'node:fs/promises'
import { ElvesError } from '../foundation/errors.ts'
import { programFiles } from './agent-program.ts'
import { type PackageLimits, type WalkedPackage, walkPackage } from './walk-package.ts'

const manifestBytes = 64 * 1024

export interface CheckedPackage extends WalkedPackage {
  /** The text of elves.json; null: there is none. */
  readonly manifest: string | null
  /** Those of its files that programs of the agent must have. */
  readonly programFiles: ReadonlySet<string>
}

/** Checks a package without unpacking it anywhere. Throws a PACKAGE_… code or MANIFEST_INVALID. */
export async function checkPackage(file: FileHandle, sha256: string, limits: PackageLimits): Promise<CheckedPackage> {
  let manifest: string | null = null
  const found = new Set<string>()
  const walked = await walkPackage(file, sha256, limits, async ({ parts, bytes }, content) => {
    const path = parts.join('/')
    if (Object.values<string>(programFiles).includes(path)) found.add(path)
    const isManifest = parts.length === 1 && parts[0] === 'elves.json'
    if (isManifest && bytes > manifestBytes) throw new ElvesError('MANIFEST_INVALID', `elves.json has more than ${manifestBytes} bytes`)
    const chunks: Buffer[] = []
    for await (const chunk of content) if (isManifest) chunks.push(chunk)
    if (isManifest)
      manifest = Buffer.concat(chunks)
        .toString('utf8')
        .replace(/^\ufeff/, '')
  })
  return { ...walked, manifest, programFiles: found }
}
