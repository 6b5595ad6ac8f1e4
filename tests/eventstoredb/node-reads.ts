import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import type { ServerWritableStream } from '@grpc/grpc-js'
import type { NodeCounts } from './node-counts.ts'
import type { NodeLog, NodeRecord } from './node-log.ts'
import { caughtUpMessage, checkpointMessage, confirmationMessage, eventMessage, streamNotFoundMessage, streamOf } from './node-messages.ts'
import { type NodeQuirks, refusals } from './node-quirks.ts'
import type { SteadyDrops } from './steady-drops.ts'

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>

/** Thrown, as by the server, if a read of `$all` begins at a position where no record begins. */
export class InvalidPosition extends Error {}

export interface NodeReading {
  readonly log: NodeLog
  readonly quirks: NodeQuirks
  readonly counts: NodeCounts
  /** Functions that drop a subscription, of those that are there. */
  readonly drops: Set<() => void>
  readonly steadyDrops: SteadyDrops
  /** True: subscriptions bring nothing more. */
  isSilent(): boolean
}

/** Answers a read or a subscription, as fast as its reader takes the messages. */
export async function answerRead(call: ReadCall, reading: NodeReading): Promise<void> {
  const options = call.request.getOptions() as ReadReq.Options
  if (options.hasSubscription()) {
    reading.counts.subscriptions += 1
    await new NodeSubscription(call, options, reading).run()
    return
  }
  reading.counts.reads += 1
  for (const message of answers(reading, options)) {
    if (message.hasEvent()) reading.counts.readRecords += 1
    await write(call, message)
  }
  call.end()
}

function answers({ log, quirks }: NodeReading, options: ReadReq.Options): ReadResp[] {
  const isBackwards = options.getReadDirection() === 1
  const limit = Number(options.getCount())
  const stream = options.getStream()
  if (stream) {
    const records = log.stream(streamOf(stream))
    if (records.length === 0) return [streamNotFoundMessage(streamOf(stream))]
    const from = stream.hasRevision() ? Number(stream.getRevision()) : isBackwards ? records.length - 1 : 0
    const wanted = isBackwards ? records.slice(0, from + 1).reverse() : records.slice(from)
    return wanted.slice(0, limit).map((record) => eventMessage(record, quirks.hidesPositions))
  }
  return allRecords(log, options, isBackwards, limit).map((record) => eventMessage(record))
}

function allRecords(log: NodeLog, options: ReadReq.Options, isBackwards: boolean, limit: number): NodeRecord[] {
  const isWanted = filterOf(options)
  // A read forwards begins with the record at its position, a read backwards with the one before it.
  const index = indexIn(log, options)
  const step = isBackwards ? -1 : 1
  const found: NodeRecord[] = []
  for (let at = isBackwards ? (index ?? log.records.length) - 1 : (index ?? 0); found.length < limit; at += step) {
    const record = log.records[at]
    if (!record) break
    if (isWanted(record)) found.push(record)
  }
  return found
}

/** A subscription: reads from the store until the end, and is live from then on. A live one gets events as they are written, and few may wait. */
class NodeSubscription {
  readonly #call: ReadCall
  readonly #reading: NodeReading
  readonly #isWanted: (record: NodeRecord) => boolean
  readonly #checkpointEvery: number
  #next: number
  #phase: 'catching up' | 'transitioning to live' | 'live' = 'catching up'
  readonly #over = new AbortController()
  #wake: () => void = () => undefined
  #isOver: () => void = () => undefined

  constructor(call: ReadCall, options: ReadReq.Options, reading: NodeReading) {
    this.#call = call
    this.#reading = reading
    this.#isWanted = filterOf(options)
    this.#checkpointEvery = (options.getFilter()?.getMax() || 32) * (options.getFilter()?.getCheckpointintervalmultiplier() || 1)
    const index = indexIn(reading.log, options)
    this.#next = index === null ? 0 : index + 1
  }

  async run(): Promise<void> {
    const { log, drops } = this.#reading
    const drop = () => this.#drop()
    const stop = log.onAppended(() => {
      if (this.#phase !== 'catching up' && this.#isTooSlow()) this.#drop()
      this.#wake()
    })
    const leave = () => this.#end()
    this.#call.once('cancelled', leave)
    drops.add(drop)
    try {
      await this.#deliver()
    } finally {
      stop()
      drops.delete(drop)
      this.#isOver()
      this.#call.off('cancelled', leave)
    }
  }

  async #deliver(): Promise<void> {
    const { log, counts } = this.#reading
    let considered = 0
    await this.#write(confirmationMessage())
    while (!this.#over.signal.aborted && !this.#call.destroyed) {
      const record = log.records[this.#next]
      if (!record) {
        await this.#reachedEnd()
        continue
      }
      this.#next += 1
      considered += 1
      if (this.#isWanted(record)) {
        counts.records += 1
        await this.#write(eventMessage(record))
      }
      if (considered % this.#checkpointEvery === 0) await this.#write(checkpointMessage(record.position))
    }
  }

  async #reachedEnd(): Promise<void> {
    if (this.#phase === 'live') {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      return
    }
    this.#phase = 'transitioning to live'
    // What is written in this turn waits for the subscriber.
    await turn()
    if (this.#over.signal.aborted) return
    this.#phase = 'live'
    await this.#write(caughtUpMessage())
    this.#isOver = this.#reading.steadyDrops.live(() => this.#drop())
  }

  #isTooSlow(): boolean {
    const { log, quirks } = this.#reading
    if (quirks.waitingMost === null) return false
    let waiting = 0
    for (let at = this.#next; at < log.records.length && waiting <= quirks.waitingMost; at++)
      if (this.#isWanted(log.records[at] as NodeRecord)) waiting += 1
    return waiting > quirks.waitingMost
  }

  #drop(): void {
    if (this.#over.signal.aborted) return
    this.#reading.counts.drops += 1
    this.#call.emit('error', refusals.tooSlow(this.#phase === 'live' ? 'live' : 'transitioning to live'))
    this.#end()
  }

  #end(): void {
    this.#over.abort()
    this.#wake()
  }

  async #write(message: ReadResp): Promise<void> {
    // No test lets such a subscription go on.
    if (this.#reading.isSilent()) this.#over.abort()
    if (!this.#over.signal.aborted) await write(this.#call, message, this.#over.signal)
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

async function write(call: ReadCall, message: ReadResp, signal?: AbortSignal): Promise<void> {
  if (call.cancelled || call.destroyed || call.write(message)) return
  const left = new AbortController()
  const leave = () => left.abort()
  call.once('cancelled', leave)
  await once(call, 'drain', { signal: signal ? AbortSignal.any([left.signal, signal]) : left.signal }).catch(() => undefined)
  call.off('cancelled', leave)
}
