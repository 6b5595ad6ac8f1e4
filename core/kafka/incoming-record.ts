import type { FetchedMessage } from './kafkajs-internals.ts'

/** A record as a reader passes it on. */
export interface IncomingRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly key: string
  readonly value: Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly timestampMs: number
}

const empty = Buffer.alloc(0)
const noHeaders = Object.freeze({})

export function incomingRecord(topic: string, partition: number, message: FetchedMessage): IncomingRecord {
  const { offset, key, value, timestamp, headers } = message
  return {
    topic,
    partition,
    offset: BigInt(offset),
    key: key?.toString('utf8') ?? '',
    value: value ?? empty,
    headers: headersOf(headers),
    timestampMs: Number(timestamp),
  }
}

/** Returns the headers; of a header that occurs more than once, the last value. */
function headersOf(headers: FetchedMessage['headers']): Readonly<Record<string, string>> {
  if (headers === undefined) return noHeaders
  const entries = Object.entries(headers).map(([name, value]) => [name, String(Array.isArray(value) ? value.at(-1) : (value ?? ''))] as const)
  return entries.length === 0 ? noHeaders : Object.fromEntries(entries)
}
