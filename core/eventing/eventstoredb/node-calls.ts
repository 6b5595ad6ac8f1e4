import { EventStoreDBClient } from '@eventstore/db-client'
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js'
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import services from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { AppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import messages from '@eventstore/db-client/generated/streams_pb.js'
import { ElvesError } from '../../foundation/errors.ts'
import { pageBytes } from '../page-bytes.ts'
import { Gate } from './gate.ts'
import { type AllRead, allRequest, followRequest, type StreamRead, streamRequest } from './read-requests.ts'
import { type StoredRecord, storedRecord } from './stored-record.ts'

export interface ProposedRecord {
  readonly id: string
  readonly type: string
  readonly isJson: boolean
  readonly data: Buffer
  readonly metadata: Buffer
}

export type AppendAnswer = { readonly ok: true } | { readonly ok: false; readonly currentVersion: number }

/** The answers of a subscription as they arrive. While this object stream is paused, it does not ask the server for more. */
export interface RecordStream {
  on(event: 'data', listener: (response: ReadResp) => void): this
  on(event: 'error', listener: (error: Error) => void): this
  on(event: 'end', listener: () => void): this
  pause(): void
  resume(): void
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

/**
 * The calls of the server's stream protocol that the adapter needs. Each goes to the leader, because a follower may lag
 * behind what was already answered. The client's own `appendToStream` and `readAll` are not used. Version 6.2.1 keeps the
 * batch appends of all clients of a process in one map, so one failing connection rejects those of the others, and an answer
 * that comes later throws where nothing catches it; and its reads of `$all` have no filter.
 */
export class NodeCalls {
  readonly #client: ClientParts
  readonly #gate = new Gate(callsAtOnce)
  /** Channel of the last call. The client can not close it, and its own way to the channel would connect anew. */
  #channel: { close(): void } | undefined

  constructor(connectionString: string) {
    this.#client = clientOf(connectionString)
  }

  append(stream: string, expectedVersion: number, records: readonly ProposedRecord[]): Promise<AppendAnswer> {
    const requests = appendRequests(stream, expectedVersion, records)
    const deadline = appendTimeoutMs + timeoutMsPerRecord * records.length
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

  readStream(stream: string, read: StreamRead): Promise<StoredRecord[]> {
    return this.#read(streamRequest(stream, read))
  }

  readAll(read: AllRead): Promise<StoredRecord[]> {
    return this.#read(allRequest(read), read.direction === 'forwards' ? pageBytes : Number.POSITIVE_INFINITY)
  }

  /** Subscribes to records after a position (0: from the first) in streams with this prefix. */
  async follow(after: number, prefix: string): Promise<RecordStream> {
    const open = this.#client.GRPCStreamCreator(services.StreamsClient, 'follow', (grpc) =>
      this.#noted(grpc).read(
        followRequest(after, prefix),
        ...this.#client.callArguments({ requiresLeader: true }, { deadline: Number.POSITIVE_INFINITY }),
      ),
    )
    return (await open()) as RecordStream
  }

  async close(): Promise<void> {
    await this.#client.dispose()
    this.#channel?.close()
  }

  /** Reads records, and ends after the record that exceeds `mostBytes`. */
  #read(request: ReadReq, mostBytes = Number.POSITIVE_INFINITY): Promise<StoredRecord[]> {
    return this.#execute('read', (grpc) => {
      const { promise, resolve, reject } = Promise.withResolvers<StoredRecord[]>()
      const records: StoredRecord[] = []
      let bytes = 0
      const call = grpc.read(request, ...this.#client.callArguments({ requiresLeader: true, deadline: readTimeoutMs }))
      call.on('error', reject)
      call.on('data', (response: ReadResp) => {
        try {
          const record = storedRecord(response)
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

  #noted(grpc: StreamsClient): StreamsClient {
    this.#channel = grpc.getChannel()
    return grpc
  }

  #execute<Result>(name: string, call: (grpc: StreamsClient) => Promise<Result>): Promise<Result> {
    return this.#gate.through(() => this.#client.execute(services.StreamsClient, name, (grpc) => call(this.#noted(grpc))))
  }
}

function clientOf(connectionString: string): ClientParts {
  let client: ClientParts
  try {
    client = EventStoreDBClient.connectionString(connectionString) as unknown as ClientParts
  } catch (cause) {
    throw new ElvesError('CONFIG_INVALID', 'ELVES_EVENTSTOREDB_URL is no connection string of an EventStoreDB', { cause })
  }
  // handleError waits for a search for a node, and throws if the search finds none, which would end the process. The caller
  // that searches gets the error anyway.
  const { handleError } = client
  client.handleError = (grpc, error) => handleError(grpc, error).catch(() => undefined)
  return client
}

function appendRequests(stream: string, expectedVersion: number, records: readonly ProposedRecord[]) {
  const options = new messages.AppendReq.Options()
  const identifier = new sharedMessages.StreamIdentifier()
  identifier.setStreamName(Buffer.from(stream))
  options.setStreamIdentifier(identifier)
  if (expectedVersion < 0) options.setNoStream(new sharedMessages.Empty())
  else options.setRevision(String(expectedVersion))
  const head = new messages.AppendReq()
  head.setOptions(options)
  return [head, ...records.map(recordRequest)]
}

function recordRequest({ id, type, isJson, data, metadata }: ProposedRecord) {
  const uuid = new sharedMessages.UUID()
  uuid.setString(id)
  const message = new messages.AppendReq.ProposedMessage()
  message.setId(uuid)
  message.getMetadataMap().set('type', type)
  message.getMetadataMap().set('content-type', isJson ? 'application/json' : 'application/octet-stream')
  message.setData(data)
  message.setCustomMetadata(metadata)
  const request = new messages.AppendReq()
  request.setProposedMessage(message)
  return request
}

function appendAnswer(response: AppendResp): AppendAnswer {
  const misfit = response.getWrongExpectedVersion()
  if (!misfit) return { ok: true }
  return { ok: false, currentVersion: misfit.hasCurrentRevision() ? Number(misfit.getCurrentRevision()) : -1 }
}
