import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import { ElvesError } from '../foundation/errors.ts'
import { type AppPackages, type IncomingPackage, type KeptPackage, leftoverMs, packageName, sha256OfName } from './app-packages.ts'
import { IncomingPackages } from './incoming-packages.ts'

export interface BucketPlace {
  /** Address of a store that speaks S3; empty: that of the region at AWS. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** What names of packages in the bucket begin with. */
  readonly prefix: string
  /** Null: what the host gives (roles, the variables and files of AWS). */
  readonly keys: { readonly id: string; readonly secret: string } | null
  /** Where a package is while it comes in. */
  readonly incomingDir: string
}

type Sdk = typeof import('@aws-sdk/client-s3')

const quiet = () => undefined
/** A store that does not begin to answer within this is out of reach. */
const connectMs = 10_000
const silentMs = 60_000

/** The packages of apps in a bucket of an S3-compatible store. */
export class PackageBucket implements AppPackages {
  readonly #place: BucketPlace
  readonly #incoming: IncomingPackages
  readonly #now: () => number
  #opened: Promise<{ readonly sdk: Sdk; readonly client: S3Client }> | null = null

  constructor(place: BucketPlace, now: () => number = Date.now) {
    this.#place = place
    this.#now = now
    this.#incoming = new IncomingPackages(place.incomingDir)
  }

  receive<Result>(stream: AsyncIterable<Buffer>, mostBytes: number, check: (incoming: IncomingPackage) => Promise<Result>): Promise<Result> {
    return this.#incoming.take(stream, mostBytes, check, (path, { sha256, bytes }) => this.#put(path, sha256, bytes))
  }

  tidy(): Promise<void> {
    return this.#incoming.tidy()
  }

  async open(sha256: string): Promise<KeptPackage | null> {
    const key = this.#keyOf(sha256)
    const found = await this.#send(({ HeadObjectCommand }, client, Bucket) => client.send(new HeadObjectCommand({ Bucket, Key: key }))).catch(
      unlessGone,
    )
    if (found === null) return null
    const read = async (start: number) => {
      const got = await this.#send(({ GetObjectCommand }, client, Bucket) => {
        return client.send(new GetObjectCommand({ Bucket, Key: key, ...(start > 0 && { Range: `bytes=${start}-` }) }))
      })
      return got.Body as Readable
    }
    return { bytes: found.ContentLength ?? 0, read, close: async () => undefined }
  }

  async forget(isNeeded: (sha256: string) => boolean): Promise<number> {
    const { prefix } = this.#place
    let removed = 0
    for (let from: string | undefined, isFirst = true; isFirst || from !== undefined; isFirst = false) {
      const page = await this.#send(({ ListObjectsV2Command }, client, Bucket) => {
        return client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, ...(from !== undefined && { ContinuationToken: from }) }))
      })
      for (const { Key: key = '', LastModified: cameAt } of page.Contents ?? []) {
        const sha256 = sha256OfName(key.slice(prefix.length))
        if (sha256 === null || isNeeded(sha256) || cameAt === undefined || cameAt.getTime() > this.#now() - leftoverMs) continue
        await this.#send(({ DeleteObjectCommand }, client, Bucket) => client.send(new DeleteObjectCommand({ Bucket, Key: key })))
        removed += 1
      }
      from = page.NextContinuationToken
    }
    return removed
  }

  /** The store checks the bytes by their SHA-256, too. */
  async #put(path: string, sha256: string, bytes: number): Promise<void> {
    const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64')
    await this.#send(({ PutObjectCommand }, client, Bucket) => {
      const Body = createReadStream(path)
      const put = { Bucket, Key: this.#keyOf(sha256), Body, ContentLength: bytes, ContentType: 'application/zip', ChecksumSHA256 }
      return client.send(new PutObjectCommand(put)).finally(() => Body.destroy())
    })
    const kept = await this.open(sha256)
    if (kept?.bytes !== bytes) {
      throw new ElvesError('PACKAGE_STORE_UNAVAILABLE', `the bucket took ${bytes} bytes and has ${kept?.bytes ?? 'none'}`, { canRetry: true })
    }
  }

  async #send<Result>(ask: (sdk: Sdk, client: S3Client, bucket: string) => Promise<Result>): Promise<Result> {
    const { sdk, client } = await this.#client()
    try {
      return await ask(sdk, client, this.#place.bucket)
    } catch (error) {
      throw unavailable(this.#place, error)
    }
  }

  /** The library is loaded where a bucket is used, and not before: it needs memory. */
  #client(): Promise<{ readonly sdk: Sdk; readonly client: S3Client }> {
    this.#opened ??= import('@aws-sdk/client-s3').then((sdk) => {
      const { endpoint, region, keys } = this.#place
      const client = new sdk.S3Client({
        region,
        // Most stores that are not AWS have no host name for each bucket.
        ...(endpoint !== '' && { endpoint, forcePathStyle: true }),
        ...(keys !== null && { credentials: { accessKeyId: keys.id, secretAccessKey: keys.secret } }),
        // Checksums that were not asked for are sent in trailers, which stores that are not AWS may not know.
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
        // It warns on the console of what is thrown anyway.
        logger: { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet },
        requestHandler: { connectionTimeout: connectMs, socketTimeout: silentMs },
      })
      return { sdk, client }
    })
    return this.#opened
  }

  #keyOf(sha256: string): string {
    return `${this.#place.prefix}${packageName(sha256)}`
  }
}

function unlessGone(error: unknown): null {
  const cause = error instanceof ElvesError ? (error.cause as { name?: string } | undefined) : undefined
  if (cause?.name === 'NotFound' || cause?.name === 'NoSuchKey') return null
  throw error
}

function unavailable({ endpoint, bucket }: BucketPlace, cause: unknown): ElvesError {
  const { name = '', message = String(cause) } = cause as Error
  const where = `the bucket ${bucket} at ${endpoint || 'AWS'}`
  return new ElvesError('PACKAGE_STORE_UNAVAILABLE', `${where}: ${name} ${message}`.slice(0, 500), { cause, canRetry: true })
}
