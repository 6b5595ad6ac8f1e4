import { crc32 } from 'node:zlib'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { decodeRecord, encodeRecord, type JournalRecord } from './record.ts'

/**
 * The journal is a file of batches. A batch has the records that were written together.
 *
 *     magic 4 | length of the body 4 | CRC-32 of the rest 4 | synced 8 | body: records, each after its length 4
 *
 * `synced` is how much of the file was durable when the batch was written. By it a reader tells a torn tail from damage.
 * Nobody was told that a torn tail is durable, so it is cut off. If a later batch says that the broken part was durable,
 * reading fails. The magic holds bytes that are not UTF-8, so that no parameter text can look like a batch.
 */
const magic = Buffer.of(0xff, 0xe1, 0xfe, 0x01)
const headerLength = 20

export function encodeBatch(records: readonly JournalRecord[], synced: number): Buffer {
  const parts: Buffer[] = [Buffer.alloc(headerLength)]
  for (const record of records) {
    const bytes = encodeRecord(record)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(bytes.length)
    parts.push(length, bytes)
  }
  const batch = Buffer.concat(parts)
  magic.copy(batch)
  batch.writeUInt32LE(batch.length - headerLength, 4)
  batch.writeDoubleLE(synced, 12)
  batch.writeUInt32LE(crc32(batch.subarray(12)), 8)
  return batch
}

export interface ReadBatches {
  readonly records: readonly JournalRecord[]
  /** Where the last whole batch ends. Nobody was told that anything after it is durable. */
  readonly length: number
}

/** Reads a journal file. Throws DATA_FOLDER_DAMAGED if a part that had been durable is broken. */
export function readBatches(file: Buffer): ReadBatches {
  const records: JournalRecord[] = []
  let offset = 0
  while (offset < file.length) {
    const body = bodyAt(file, offset)
    if (!body) break
    try {
      records.push(...recordsOf(body))
    } catch (cause) {
      throw damaged(offset, 'holds a record that this release can not read', cause)
    }
    offset += headerLength + body.length
  }
  if (offset < file.length) refuseDamage(file, offset)
  return { records, length: offset }
}

/** Returns the body of the batch at the offset, or null if there is no whole batch. */
function bodyAt(file: Buffer, offset: number): Buffer | null {
  if (file.length - offset < headerLength || magic.compare(file, offset, offset + magic.length) !== 0) return null
  const end = offset + headerLength + file.readUInt32LE(offset + 4)
  if (end > file.length || crc32(file.subarray(offset + 12, end)) !== file.readUInt32LE(offset + 8)) return null
  return file.subarray(offset + headerLength, end)
}

function recordsOf(body: Buffer): JournalRecord[] {
  const records: JournalRecord[] = []
  for (let offset = 0; offset < body.length; ) {
    const end = offset + 4 + body.readUInt32LE(offset)
    records.push(decodeRecord(body.subarray(offset + 4, end)))
    offset = end
  }
  return records
}

function refuseDamage(file: Buffer, brokenAt: number): void {
  for (let offset = file.indexOf(magic, brokenAt + 1); offset >= 0; offset = file.indexOf(magic, offset + 1)) {
    if (bodyAt(file, offset) && file.readDoubleLE(offset + 12) > brokenAt) throw damaged(brokenAt, 'is broken in its middle')
  }
}

function damaged(offset: number, what: string, cause?: unknown): ElvesError {
  const message = `the journal ${what} (byte ${offset}). Move the journal file away to start with a new one; what it still had open is then lost`
  return new ElvesError('DATA_FOLDER_DAMAGED', message, { cause, facts: { offset } })
}
