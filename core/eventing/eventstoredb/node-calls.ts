import { isMainThread, threadId } from 'node:worker_threads'
import { asBuffer } from '@elves/schemas/codec/codec.ts'
import { EventStoreDBClient } from '@eventstore/db-client'
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import services from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { AppendResp, ReadReq } from '@eventstore/db-client/generated/streams_pb.js'
import { CircuitBreaker } from '../../foundation/circuit-breaker.ts'
import { ElvesError } from '../../foundation/errors.ts'
import { pageBytes } from '../page-bytes.ts'
import { type AppendAnswer, appendAnswer, appendRequests, type ProposedAppend } from './append-requests.ts'
import { BatchAppends, type BatchStream } from './batch-appends.ts'
import { batchAnswer, batchAppendBytes } from './batch-messages.ts'
import { Gate } from './gate.ts'
import { type ReadAnswer, readAnswer, recordOfAnswer } from './read-answers.ts'
import { type AllRead, allRequest, followRequest, type StreamRead, streamRequest } from './read-requests.ts'
import { isAway, type Needs } from './refusals.ts'
import type { StoredRecord } from './stored-record.ts'
import { withoutAddressNames } from './tls-names.ts'

interface MessageStream {
  on(event: 'error', listener: (error: Error) => void): unknown
  once(event: 'metadata', listener: () => void): unknown
}

/** The answers of a subscription as they arrive. */
export interface RecordStream {
  on(event: 'data', listener: (answer: ReadAnswer) => void): this
  on(event: 'error', listener: (error: Error) => void): this
  on(event: 'end', listener: () => void): this
  once(event: 'metadata', listener: () => void): this
  cancel(): void
}

type CallArguments = [metadata: Parameters<StreamsClient['append']>[0], options: Parameters<StreamsClient['append']>[1]]

/** Protected parts of the client: it finds the leader, and finds it again after a restart, an election or NOT_LEADER. */
interface ClientParts {
  execute<Result>(service: unknown, name: string, call: (grpc: StreamsClient) => Promise<Result>): Promise<Result>
  GRPCStreamCreator(service: unknown, name: string, call: (grpc: StreamsClient) => unknown): () => Promise<unknown>
  callArguments(options: { requiresLeader: true; deadline?: number }, callOptions?: { deadline: number }): CallArguments
  /** Called by the client for each failed call, without await. */
  handleError: (grpc: unknown, error: Error) => Promise<void>
  dispose(): Promise<void>
}

/**
 * Shorter than the 10 s for which an append is tried, so that a node that hangs leaves time for another one. A large append
 * gets more time for its events.
 */
const appendTimeoutMs = 5_000
const timeoutMsPerRecord = 10
const readTimeoutMs = 30_000
/** A server may limit the concurrent calls of a connection; the default of Kestrel is 100. */
const callsAtOnce = 64
/** Appends under way in the stream of appends; the others wait, and their time has not begun. */
const appendsAtOnce = 1_024
/** Larger appends are calls of their own: one that a server finds too large for a message would end the stream of all. */
const batchBytesMost = 1024 * 1024
const tryAgain = { firstMs: 100, longestMs: 2_000 }
const service = '/event_store.client.streams.Streams'
const forEver = { deadline: Number.POSITIVE_INFINITY }
const unimplemented = 12
const unavailable = 14

/**
 * The calls of the server's stream protocol that the adapter needs. Each goes to the leader, because a follower may lag
 * behind what was already answered. The client's own `appendToStream` and `readAll` are not used. Version 6.2.1 keeps the
 * batch appends of all clients of a process in one map, so one failing connection rejects those of the others, and an answer
 * that comes later throws where nothing catches it; and its reads of `$all` have no filter.
 */
export class NodeCalls {
  readonly #client: ClientParts
  readonly #gate = new Gate(callsAtOnce)
  readonly #appendGate = new Gate(appendsAtOnce)
  /** Each try to connect takes some ms of CPU, and in an outage everything tries. */
  readonly #breaker = new CircuitBreaker({ ...tryAgain, isAway })
  readonly #batches: BatchAppends
  #hasBatches = true
  /** What the last call was made with. */
  #grpc: StreamsClient | undefined
  /** What the stream of appends was opened with. */
  #batchGrpc: StreamsClient | undefined
  /** Channel of the last call. The client can not close it, and its own way to the channel would connect anew. */
  #channel: { close(): void } | undefined

  constructor(connectionString: string) {
    this.#client = clientOf(connectionString)
    this.#batches = new BatchAppends({ open: () => this.#openBatch(), givenUp: () => this.#giveUp(this.#batchGrpc) })
  }

  append(append: ProposedAppend): Promise<AppendAnswer> {
    return needing(`write to streams (${append.stream})`, this.#append(append))
  }

  /** Appends by the one stream of appends; by a call of its own where the server has no such stream, or the append is large. */
  async #append(append: ProposedAppend): Promise<AppendAnswer> {
    const timeoutMs = appendTimeoutMs + timeoutMsPerRecord * append.records.length
    if (!this.#hasBatches || sizeOf(append) > batchBytesMost) return this.#appendAlone(append, timeoutMs)
    try {
      return await this.#appendGate.through(() => this.#batches.append(append, timeoutMs))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === unimplemented)) throw error
      this.#hasBatches = false
      return this.#appendAlone(append, timeoutMs)
    }
  }

  #appendAlone(append: ProposedAppend, deadline: number): Promise<AppendAnswer> {
    const requests = appendRequests(append)
    return this.#execute('append', async (grpc) => {
      const answered = Promise.withResolvers<AppendResp>()
      const call = grpc.append(...this.#client.callArguments({ requiresLeader: true, deadline }), (error, response) => {
        if (error || !response) answered.reject(error)
        else answered.resolve(response)
      })
      // The server may refuse before it has read everything; the callback gets the reason.
      call.on('error', () => undefined)
      for (const request of requests) call.write(request)
      call.end()
      return appendAnswer(await answered.promise)
    })
  }

  async #openBatch(): Promise<BatchStream> {
    const open = this.#client.GRPCStreamCreator(services.StreamsClient, 'batchAppend', (grpc) => {
      this.#batchGrpc = grpc
      const [metadata, options] = this.#client.callArguments({ requiresLeader: true }, forEver)
      return this.#noted(grpc).makeBidiStreamRequest(`${service}/BatchAppend`, batchAppendBytes, batchAnswer, metadata, options)
    })
    return this.#watched(open as () => Promise<BatchStream>)
  }

  /** Gives up the connection: its node does not answer. The next call looks for a leader anew; calls under way are not ended. */
  abandon(): void {
    this.#giveUp(this.#grpc)
  }

  /** Does nothing if the client has another connection by now. */
  #giveUp(grpc: StreamsClient | undefined): void {
    if (grpc) void this.#client.handleError(grpc, Object.assign(new Error('no answer'), { code: unavailable, details: 'no answer' }))
  }

  readStream(stream: string, read: StreamRead): Promise<StoredRecord[]> {
    return needing(`read streams (${stream})`, this.#read(streamRequest(stream, read)))
  }

  /** `deadline` in ms; default 30 s. */
  readAll(read: AllRead, deadline = readTimeoutMs): Promise<StoredRecord[]> {
    const mostBytes = read.direction === 'forwards' ? pageBytes : Number.POSITIVE_INFINITY
    return needing('read $all', this.#read(allRequest(read), mostBytes, deadline))
  }

  /** Subscribes to records after a position (0: from the first) in streams with this prefix. */
  async follow(after: number, prefix: string): Promise<RecordStream> {
    const open = this.#client.GRPCStreamCreator(services.StreamsClient, 'follow', (grpc) =>
      readCall(this.#noted(grpc), followRequest(after, prefix), this.#client.callArguments({ requiresLeader: true }, forEver)),
    )
    return this.#watched(open as () => Promise<RecordStream>)
  }

  async close(): Promise<void> {
    await this.#client.dispose()
    this.#channel?.close()
  }

  /** Reads records, and ends after the record that exceeds `mostBytes`. */
  #read(request: ReadReq, mostBytes = Number.POSITIVE_INFINITY, deadline = readTimeoutMs): Promise<StoredRecord[]> {
    return this.#execute('read', (grpc) => {
      const { promise, resolve, reject } = Promise.withResolvers<StoredRecord[]>()
      const records: StoredRecord[] = []
      let bytes = 0
      const call = readCall(grpc, request, this.#client.callArguments({ requiresLeader: true, deadline }))
      call.on('error', reject)
      call.on('data', (answer: ReadAnswer) => {
        try {
          const record = recordOfAnswer(answer)
          if (!record || bytes >= mostBytes) return
          records.push(record)
          bytes += record.data.length + record.metadata.length
          if (bytes < mostBytes) return
          resolve(records)
          call.cancel()
        } catch (error) {
          reject(error)
        }
      })
      call.on('end', () => resolve(records))
      return promise
    })
  }

  /** Opens a stream; the head of its answer, or its error, tells whether the node is there. */
  async #watched<Stream extends MessageStream>(open: () => Promise<Stream>): Promise<Stream> {
    const began = this.#breaker.enter()
    const stream = await open().catch((error: unknown) => {
      this.#breaker.failed(began, error)
      throw error
    })
    stream.on('error', (error) => this.#breaker.failed(began, error))
    stream.once('metadata', () => this.#breaker.succeeded(began))
    return stream
  }

  #noted(grpc: StreamsClient): StreamsClient {
    this.#grpc = grpc
    this.#channel = grpc.getChannel()
    return grpc
  }

  #execute<Result>(name: string, call: (grpc: StreamsClient) => Promise<Result>): Promise<Result> {
    const once = () => this.#client.execute(services.StreamsClient, name, (grpc) => call(this.#noted(grpc)))
    return this.#gate.through(() => this.#breaker.through(once))
  }
}

/** The call `Read`, whose answers are read by us. */
function readCall(grpc: StreamsClient, request: ReadReq, [metadata, options]: CallArguments): RecordStream {
  return grpc.makeServerStreamRequest(
    `${service}/Read`,
    (message: ReadReq) => asBuffer(message.serializeBinary()),
    readAnswer,
    request,
    metadata,
    options,
  )
}

/** Adds to an error what right the call needed. */
async function needing<Result>(needs: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error) Object.assign(error, { needs } satisfies Needs)
    throw error
  }
}

function clientOf(connectionString: string): ClientParts {
  let client: ClientParts
  try {
    client = withoutAddressNames(() => EventStoreDBClient.connectionString(completed(connectionString))) as unknown as ClientParts
  } catch (cause) {
    throw new ElvesError('CONFIG_INVALID', 'ELVES_EVENTSTOREDB_URL is no connection string of an EventStoreDB', { cause })
  }
  // handleError waits for a search for a node, and throws if the search finds none, which would end the process. The caller
  // that searches gets the error anyway.
  const { handleError } = client
  client.handleError = (grpc, error) => handleError(grpc, error).catch(() => undefined)
  return client
}

/** Adds what the address does not say: a name of the connection, by process and thread, as the server shows it, and how long a node may take to say who leads. */
function completed(connectionString: string): string {
  const usual = {
    connectionName: isMainThread ? `elves-${process.pid}` : `elves-${process.pid}-${threadId}`,
    // In seconds. A node that stands still may be asked first, also if it is the one that failed.
    gossipTimeout: '2',
  }
  let address = connectionString.trim()
  for (const [key, value] of Object.entries(usual)) {
    if (!new RegExp(`[?&]${key}=`, 'i').test(address)) address += `${address.includes('?') ? '&' : '?'}${key}=${value}`
  }
  return address
}

function sizeOf({ records }: ProposedAppend): number {
  return records.reduce((sum, { type, data, metadata }) => sum + type.length + data.length + metadata.length, 0)
}
