import { open, unlink } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { hasSha256 } from '@elves/agent/app-store/download.ts'

/**
 * `downloading-clients.ts URL COUNT FOLDER SHA256`: for each question from its parent, so many clients download a file at once, each
 * into a file of its own, and check its SHA-256; answers with the ms until the last one is done.
 */
const [url = '', count = '0', folder = '', sha256 = ''] = process.argv.slice(2)

async function download(index: number): Promise<void> {
  const path = join(folder, `plain-${index}`)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  get(url, { agent: false }, resolve).on('error', reject)
  const file = await open(path, 'w')
  try {
    for await (const chunk of await promise) await file.write(chunk as Buffer)
  } finally {
    await file.close()
  }
  if (!(await hasSha256(path, sha256))) throw new Error('other bytes came')
  await unlink(path)
}

process.on('message', async () => {
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: Number(count) }, (_, index) => download(index)))
  process.send?.(performance.now() - startedAt)
})
process.send?.(0)
process.on('SIGTERM', () => process.exit(0))
