import { inflateRawSync } from 'node:zlib'

const endOfDirectory = 0x06054b50
const directoryEntry = 0x02014b50
const deflated = 8

/** Returns one file of a zip archive (such as a jar) held in memory; null if it is not there. No zip64, no encryption. */
export function zipEntry(archive: Buffer, name: string): Buffer | null {
  let at = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (at < 0 || archive.readUInt32LE(at) !== endOfDirectory) return null
  const entries = archive.readUInt16LE(at + 10)
  at = archive.readUInt32LE(at + 16)
  for (let entry = 0; entry < entries && archive.readUInt32LE(at) === directoryEntry; entry++) {
    const nameLength = archive.readUInt16LE(at + 28)
    if (archive.toString('utf8', at + 46, at + 46 + nameLength) === name) return content(archive, at)
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
  }
  return null
}

function content(archive: Buffer, entryAt: number): Buffer {
  const length = archive.readUInt32LE(entryAt + 20)
  const fileAt = archive.readUInt32LE(entryAt + 42)
  const start = fileAt + 30 + archive.readUInt16LE(fileAt + 26) + archive.readUInt16LE(fileAt + 28)
  const bytes = archive.subarray(start, start + length)
  return archive.readUInt16LE(entryAt + 10) === deflated ? inflateRawSync(bytes) : bytes
}
