import { crc32, deflateRawSync } from 'node:zlib'

/** An entry of a package that no honest tool makes; what is absent is as it should be. */
export interface RawEntry {
  readonly name: string | Buffer
  readonly content?: Buffer
  /** Unix mode with the kind of the file, as `0o120777` for a link; default that of a file. */
  readonly mode?: number
  readonly method?: number
  readonly flags?: number
  readonly isDeflated?: boolean
  /** What the headers say of the unpacked size. */
  readonly claimedBytes?: number
  readonly claimedCrc?: number
  /** Its bytes are those of this earlier entry, which the package has once. */
  readonly bytesOf?: number
}

/** Makes a zip of these entries, byte by byte: libraries refuse to write what these tests are about. */
export function rawZip(entries: readonly RawEntry[]): Buffer {
  const parts: Buffer[] = []
  const central: Buffer[] = []
  const offsets: number[] = []
  let offset = 0
  for (const entry of entries) {
    const isShared = entry.bytesOf !== undefined
    const { content = Buffer.from('x'), isDeflated = false, mode = 0o100644, flags = 0x800 } = entry
    const name = Buffer.from(entry.name as string)
    const packed = isDeflated ? deflateRawSync(content) : content
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(entry.method ?? (isDeflated ? 8 : 0), 4)
    common.writeUInt32LE(entry.claimedCrc ?? crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(entry.claimedBytes ?? content.length, 18)
    common.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, name, packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE((mode << 16) >>> 0, 6)
    const at = offsets[entry.bytesOf ?? -1] ?? offset
    offsets.push(at)
    rest.writeUInt32LE(at, 10)
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, rest, name]))
    if (isShared) continue
    parts.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, directory, Buffer.from('PK\x05\x06', 'latin1'), end])
}
