import { once } from 'node:events'
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import type { ServerWritableStream } from '@grpc/grpc-js'
import type { NodeLog, NodeRecord } from './node-log.ts'
import { caughtUpMessage, checkpointMessage, confirmationMessage, eventMessage, streamNotFoundMessage, streamOf } from './node-messages.ts'

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>

/** Thrown, as by the server, if a read of `$all` begins at a position where no record begins. */
export class InvalidPosition extends Error {}

/** Answers a read or a subscription, as fast as its reader takes the messages. */
export async function answerRead(log: NodeLog, call: ReadCall, hidesPositions: boolean): Promise<void> {
  const options = call.request.getOptions() as ReadReq.Options
  if (options.hasSubscription()) await follow(log, call, options)
  else for (const message of answers(log, options, hidesPositions)) await write(call, message)
  call.end()
}

function answers(log: NodeLog, options: ReadReq.Options, hidesPositions: boolean): ReadResp[] {
  const isBackwards = options.getReadDirection() === 1
  const limit = Number(options.getCount())
  const stream = options.getStream()
  if (stream) {
    const records = log.stream(streamOf(stream))
    if (records.length === 0) return [streamNotFoundMessage(streamOf(stream))]
    const from = stream.hasRevision() ? Number(stream.getRevision()) : isBackwards ? records.length - 1 : 0
    const wanted = isBackwards ? records.slice(0, from + 1).reverse() : records.slice(from)
    return wanted.slice(0, limit).map((record) => eventMessage(record, hidesPositions))
  }
  // A read forwards begins with the record at its position, a read backwards with the one before it.
  const index = indexIn(log, options)
  const wanted = isBackwards ? log.records.slice(0, index ?? log.records.length).reverse() : log.records.slice(index ?? 0)
  return wanted
    .filter(filterOf(options))
    .slice(0, limit)
    .map((record) => eventMessage(record))
}

async function follow(log: NodeLog, call: ReadCall, options: ReadReq.Options): Promise<void> {
  const isWanted = filterOf(options)
  const checkpointEvery = (options.getFilter()?.getMax() || 32) * (options.getFilter()?.getCheckpointintervalmultiplier() || 1)
  const index = indexIn(log, options)
  let next = index === null ? 0 : index + 1
  let considered = 0
  let isLive = false
  await write(call, confirmationMessage())
  while (!call.cancelled && !call.destroyed) {
    const record = log.records[next]
    if (!record) {
      if (!isLive) await write(call, caughtUpMessage())
      isLive = true
      await appended(log, call)
      continue
    }
    next += 1
    considered += 1
    if (isWanted(record)) await write(call, eventMessage(record))
    if (considered % checkpointEvery === 0) await write(call, checkpointMessage(record.position))
  }
}

/** Returns null to begin at the end of the log where the direction starts. */
function indexIn(log: NodeLog, options: ReadReq.Options): number | null {
  const position = options.getAll()?.getPosition()
  if (!position) return null
  const index = log.indexOf(Number(position.getCommitPosition()))
  if (index === undefined || position.getPreparePosition() !== position.getCommitPosition()) throw new InvalidPosition('Invalid Position')
  return index
}

function filterOf(options: ReadReq.Options): (record: NodeRecord) => boolean {
  const prefixes = options.getFilter()?.getStreamIdentifier()?.getPrefixList()
  return prefixes ? ({ stream }) => prefixes.some((prefix) => stream.startsWith(prefix)) : () => true
}

async function write(call: ReadCall, message: ReadResp): Promise<void> {
  if (call.cancelled || call.destroyed || call.write(message)) return
  const left = new AbortController()
  const leave = () => left.abort()
  call.once('cancelled', leave)
  await once(call, 'drain', { signal: left.signal }).catch(() => undefined)
  call.off('cancelled', leave)
}

function appended(log: NodeLog, call: ReadCall): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stop()
      call.off('cancelled', done)
      resolve()
    }
    const stop = log.onAppended(done)
    call.once('cancelled', done)
  })
}
