import type { AgentOutput, OutputCut } from '@elves/schemas/generated/types.ts'
import { outputLimits } from '@elves/schemas/link/output.ts'
import { bounded, latestInstant, mostExact } from '../link/frames.ts'
import { isId } from '../link/hello.ts'

const dayMs = 86_400_000

/** What one message brings of the output of an attempt. */
export interface OutputPart {
  readonly agentId: string
  readonly bootId: string
  readonly taskId: string
  readonly attempt: number
  /** Days from the epoch to the beginning of the run, as the agent says. */
  readonly day: number
  readonly offset: number
  /** Lengths of the pieces; those of standard error are negative. */
  readonly lengths: readonly number[]
  readonly bytes: Buffer
  readonly printed: number
  readonly cut: OutputCut | null
  readonly isAltered: boolean
  readonly isEnded: boolean
}

/** Returns null for what no agent of ours sends. The bytes are copied, so that the frame around them is not kept in memory. */
export function outputPart(agentId: string, message: AgentOutput): OutputPart | null {
  const { taskId, attempt, bootId, startedAt, offset, pieces, printedBytes, cut, altered, ended } = message
  if (pieces.length > outputLimits.messagePieces || offset < 0 || !isId(bootId)) return null
  const lengths = pieces.map(({ stream, bytes }) => (stream === 'ERR' ? -bytes.length : bytes.length))
  if (lengths.includes(0)) return null
  const bytes = Buffer.concat(pieces.map((piece) => piece.bytes))
  if (bytes.length > outputLimits.messageBytes || offset + bytes.length > outputLimits.attemptBytes) return null
  const day = Math.floor(bounded(startedAt, latestInstant) / dayMs)
  const printed = bounded(printedBytes, mostExact)
  return { agentId, bootId, taskId, attempt, day, offset, lengths, bytes, printed, cut, isAltered: altered, isEnded: ended }
}

/** Returns the part without its first `count` bytes. */
export function withoutFirst(part: OutputPart, count: number): OutputPart {
  if (count <= 0) return part
  const lengths: number[] = []
  let left = count
  for (const length of part.lengths) {
    const size = Math.abs(length)
    const gone = Math.min(left, size)
    left -= gone
    if (gone < size) lengths.push(Math.sign(length) * (size - gone))
  }
  return { ...part, offset: part.offset + count, lengths, bytes: part.bytes.subarray(count) }
}
