import { randomBytes, randomUUID } from 'node:crypto'
import { ElvesError } from '../../foundation/errors.ts'
import type { NodeCalls } from './node-calls.ts'
import { certificateRefused, isCertificateRefused, untilNodeAnswers } from './refusals.ts'

const pattern = /^[0-9a-f]{8}$/

/**
 * Returns the id of this log: the last event of a stream of its own, which is made at the first use. After you restore a
 * backup, append another such event, so that positions of the lost part are recognised as foreign.
 */
export function readLogId(calls: NodeCalls, stream: string): Promise<string> {
  return untilNodeAnswers(() =>
    certain(async () => {
      const known = await lastIn(calls, stream)
      if (known !== null) return known
      const data = Buffer.from(JSON.stringify({ logId: randomBytes(4).toString('hex') }))
      const opened = { id: randomUUID(), type: 'LogOpened', isJson: true, data, metadata: Buffer.from('{}') }
      await calls.append({ stream, expectedVersion: -1, records: [opened] })
      // Another instance may have been faster.
      const made = await lastIn(calls, stream)
      if (made === null) throw new ElvesError('STORE_UNAVAILABLE', `stream ${stream} is not to be read yet`, { canRetry: true })
      return made
    }),
  )
}

/** A certificate that is not taken is a fault of the settings here, where a program starts; later, it may have been changed. */
async function certain<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw isCertificateRefused(error) ? certificateRefused(error) : error
  }
}

async function lastIn(calls: NodeCalls, stream: string): Promise<string | null> {
  const [last] = await calls.readStream(stream, { from: null, limit: 1 })
  if (!last) return null
  const { logId } = JSON.parse(last.data.toString()) as { logId?: unknown }
  if (typeof logId === 'string' && pattern.test(logId)) return logId
  throw new ElvesError('CONFIG_INVALID', `the last event of stream ${stream} does not say which log this is`, { facts: { stream } })
}
