import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
// @ts-expect-error: it has no types.
import S3rver from '@20minutes/s3rver'

/** A server that speaks S3, with one bucket, in this process. */
export interface S3Server {
  readonly endpoint: string
  readonly bucket: string
  readonly keys: { readonly id: string; readonly secret: string }
  /** Where it keeps what it was given. */
  readonly folder: string
  stop(): Promise<void>
}

/**
 * `checksSignatures`: it refuses other keys. Of a list it gets another signature than AWS does, because it leaves the slash after the name
 * of the bucket away; so most tests let it take any.
 */
export async function s3Server({ checksSignatures = false } = {}): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'elves-s3-'))
  const bucket = 'elves'
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: folder,
    configureBuckets: [{ name: bucket }],
    allowMismatchedSignatures: !checksSignatures,
  })
  const { port } = (await server.run()) as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    keys: { id: 'S3RVER', secret: 'S3RVER' },
    folder,
    async stop() {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
