import { setImmediate as turn } from 'node:timers/promises'
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import type { ServerDuplexStream, ServiceError } from '@grpc/grpc-js'
import type { NodeCounts } from './node-counts.ts'
import type { NodeLog, ProposedNodeRecord } from './node-log.ts'
import { batchAppendMessage, batchErrors, batchSuccess, proposedOf, sizeOfProposed, streamOf } from './node-messages.ts'
import type { NodeQuirks } from './node-quirks.ts'

export type BatchCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>

/** What follows on a write: the answer, "it took too long", or nothing. */
export type AfterWrite = 'ANSWER' | 'TIMEOUT' | 'SILENCE'

export interface NodeBatches {
  readonly log: NodeLog
  readonly quirks: NodeQuirks
  readonly counts: NodeCounts
  /** Returns why no append is taken now: an answer to this append, no answer, or an error that ends the stream. */
  refusal(): 'NOT_READY' | 'FROZEN' | Partial<ServiceError> | null
  onWritten(): AfterWrite
}

interface Gathering {
  readonly first: BatchAppendReq
  readonly events: ProposedNodeRecord[]
  bytes: number
}

type Answer = Parameters<typeof batchAppendMessage>[1]

/** Answers `BatchAppend`: any number of appends at once, each in one or more parts with one correlation id. */
export function answerBatches(call: BatchCall, batches: NodeBatches): void {
  const gathered = new Map<string, Gathering>()
  let isOver = false
  let pending = 0
  let isEnding = false
  const endIfDone = () => {
    if (isEnding && pending === 0 && !isOver) call.end()
  }

  const answer = (request: BatchAppendReq, with_: Answer) => {
    if (!isOver && !call.cancelled) call.write(batchAppendMessage(request, with_))
  }

  async function write({ first, events }: Gathering): Promise<void> {
    pending += 1
    // A turn before and after the write: a node that is killed may have written the append or not.
    await turn()
    const refused = batches.refusal()
    if (refused === 'FROZEN') return
    if (refused !== null && refused !== 'NOT_READY') {
      isOver = true
      call.emit('error', refused)
      return
    }
    if (refused === 'NOT_READY') {
      batches.counts.refusedAppends += 1
      answer(first, batchErrors.notReady())
    } else {
      const { reply, after } = written(first, events, batches)
      // Answers come in any order.
      for (let turns = 0; turns <= events.length % 3; turns++) await turn()
      if (after !== 'SILENCE') answer(first, after === 'TIMEOUT' ? batchErrors.timeout() : reply)
    }
    pending -= 1
    endIfDone()
  }

  call.on('data', (request: BatchAppendReq) => {
    if (isOver) return
    const id = request.getCorrelationId()?.getString() ?? ''
    const options = request.getOptions()
    if (options && streamOf(options) === '') {
      answer(request, batchErrors.badRequest("Required field 'StreamIdentifier' not set."))
      return
    }
    if (options && !gathered.has(id)) gathered.set(id, { first: request, events: [], bytes: 0 })
    const gathering = gathered.get(id)
    if (!gathering) return
    for (const message of request.getProposedMessagesList()) {
      const event = proposedOf(message)
      if (!event) {
        gathered.delete(id)
        answer(gathering.first, batchErrors.badRequest('Required Metadata Property is missing'))
        return
      }
      gathering.events.push(event)
      gathering.bytes += sizeOfProposed(event)
    }
    if (gathering.bytes > batches.quirks.appendBytesMost) {
      gathered.delete(id)
      answer(gathering.first, batchErrors.tooLarge(batches.quirks.appendBytesMost))
      return
    }
    if (!request.getIsFinal()) return
    gathered.delete(id)
    batches.counts.appends += 1
    batches.counts.batchAppends += 1
    void write(gathering)
  })
  call.on('error', () => {
    isOver = true
  })
  call.on('end', () => {
    isEnding = true
    endIfDone()
  })
}

function written(
  first: BatchAppendReq,
  events: readonly ProposedNodeRecord[],
  { log, onWritten }: NodeBatches,
): { reply: Answer; after: AfterWrite } {
  const options = first.getOptions() as BatchAppendReq.Options
  const stream = streamOf(options)
  const expectedVersion = options.hasNoStream() ? -1 : Number(options.getStreamPosition())
  if (events.length === 0) return { reply: batchSuccess(null, log.records.at(-1)?.position ?? 0), after: 'ANSWER' }
  const result = log.append(stream, expectedVersion, events)
  if (result === 'DELETED') return { reply: batchErrors.deleted(stream), after: 'ANSWER' }
  if ('currentVersion' in result) return { reply: batchErrors.wrongVersion(result.currentVersion, expectedVersion), after: 'ANSWER' }
  return { reply: batchSuccess(result.last, 0), after: onWritten() }
}
