import { X509Certificate } from 'node:crypto'
import { readFile, statfs } from 'node:fs/promises'

/** The disk that a folder is on. */
export interface DiskFacts {
  readonly folder: string
  readonly freeBytes: number
  readonly totalBytes: number
}

/** When a certificate ends, ms since the epoch. */
export interface CertificateFacts {
  readonly file: string
  readonly endsAt: number
}

/** Leaves out folders that are not there. */
export async function disksOf(folders: readonly string[]): Promise<readonly DiskFacts[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const stats = await statfs(folder).catch(() => null)
      return stats && { folder, freeBytes: stats.bavail * stats.bsize, totalBytes: stats.blocks * stats.bsize }
    }),
  )
  return found.filter((one) => one !== null)
}

/** Of a chain the one that ends first; leaves out files that have none. */
export async function certificatesOf(files: readonly string[]): Promise<readonly CertificateFacts[]> {
  const found = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(file, 'utf8').catch(() => '')
      const chain = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
      const ends = chain.map((pem) => new X509Certificate(pem).validToDate.getTime())
      return ends.length === 0 ? null : { file, endsAt: Math.min(...ends) }
    }),
  )
  return found.filter((one) => one !== null)
}
