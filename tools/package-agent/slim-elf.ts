import { ElvesError } from '@elves/core/foundation/errors.ts'

/** Offsets of the fields of an ELF header and of a program header, 64 bit. */
const at = { programHeaders: 0x20, sectionHeaders: 0x28, programHeaderSize: 0x36, programHeaderCount: 0x38, sectionFields: 0x3a } as const
const segment = { offset: 0x08, fileSize: 0x20 } as const
const elf64LittleEndian = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1])

/**
 * Returns a program without what only debuggers and linkers read: all bytes behind its last segment, and the table of sections. It does
 * what `strip` does to Node (a fifth of it), but for a program of any architecture; binutils strip only those that they were built for.
 */
export function slimElf(program: Buffer): Buffer {
  if (!program.subarray(0, elf64LittleEndian.length).equals(elf64LittleEndian)) {
    throw new ElvesError('FILE_UNUSABLE', 'the runtime is not a 64-bit program of Linux')
  }
  const headers = Number(program.readBigUInt64LE(at.programHeaders))
  const size = program.readUInt16LE(at.programHeaderSize)
  const count = program.readUInt16LE(at.programHeaderCount)
  let end = headers + count * size
  for (let header = headers; header < headers + count * size; header += size) {
    const offset = Number(program.readBigUInt64LE(header + segment.offset))
    end = Math.max(end, offset + Number(program.readBigUInt64LE(header + segment.fileSize)))
  }
  const slim = Buffer.from(program.subarray(0, end))
  slim.writeBigUInt64LE(0n, at.sectionHeaders)
  // Size, count and names of the sections.
  slim.fill(0, at.sectionFields, at.sectionFields + 6)
  return slim
}
