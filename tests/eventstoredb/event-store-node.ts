import { setImmediate as turn } from 'node:timers/promises'
import gossipServices from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import gossip from '@eventstore/db-client/generated/gossip_pb.js'
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js'
import services from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import { Metadata, Server, ServerCredentials, type ServerReadableStream, type ServiceError, type sendUnaryData, status } from '@grpc/grpc-js'
import type { NodeLog, ProposedNodeRecord } from './node-log.ts'
import { appendMessage, proposedOf, streamOf } from './node-messages.ts'
import { answerRead, type ReadCall } from './node-reads.ts'

const appendBytesMost = 1024 * 1024
const leaderState = 8
const followerState = 6

export interface NodeOptions {
  readonly log: NodeLog
  /** 0 means any free port. */
  readonly port?: number
  /** Returns the leader; called for each request. Default: this node. */
  leader?(): EventStoreNode
  /** True: reads of a stream do not give the events' positions in the log, as before release 22.6. */
  readonly hidesPositions?: boolean
  /** Called after an append is written and before it is answered. */
  onWritten?(): void
}

/** A node of an EventStoreDB, with what our adapter uses: `Append`, `Read` and gossip, over gRPC. It keeps nothing on disk. */
export class EventStoreNode {
  readonly #options: NodeOptions
  readonly #server = new Server()
  #port = 0

  static async start(options: NodeOptions): Promise<EventStoreNode> {
    const node = new EventStoreNode(options)
    await node.#listen()
    return node
  }

  private constructor(options: NodeOptions) {
    this.#options = options
    this.#server.addService(services.StreamsService, {
      read: (call: ReadCall) => this.#read(call),
      append: (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>) => this.#append(call, answer),
    })
    this.#server.addService(gossipServices.GossipService, {
      read: (_call: unknown, answer: sendUnaryData<unknown>) => answer(null, this.#members()),
    })
  }

  get port(): number {
    return this.#port
  }

  /** Ends like kill -9: calls under way get no answer. The log stays. */
  kill(): void {
    this.#server.forceShutdown()
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${this.#options.port ?? 0}`, ServerCredentials.createInsecure(), (error, port) => {
        this.#port = port
        if (error) reject(error)
        else resolve()
      })
    })
  }

  #read(call: ReadCall): void {
    const refused = this.#notLeader(call.metadata)
    if (refused) {
      call.emit('error', refused)
      return
    }
    const { log, hidesPositions = false } = this.#options
    answerRead(log, call, hidesPositions).catch((error: Error) => call.emit('error', failure(status.UNKNOWN, error.message)))
  }

  #append(call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>): void {
    const requests: AppendReq[] = []
    let bytes = 0
    let isRefused = false
    const refuse = (error: Partial<ServiceError>) => {
      if (!isRefused) answer(error)
      isRefused = true
    }
    call.on('data', (request: AppendReq) => {
      const proposed = proposedOf(request)
      if (!request.hasOptions() && !proposed) refuse(failure(status.INVALID_ARGUMENT, 'Required Metadata Property is missing'))
      bytes += proposed ? proposed.data.length + proposed.metadata.length + proposed.type.length * 2 : 0
      if (bytes > appendBytesMost) refuse(tooLarge())
      requests.push(request)
    })
    call.on('end', () => {
      const refused = this.#notLeader(call.metadata)
      if (refused) refuse(refused)
      if (!isRefused) void this.#write(requests, answer)
    })
  }

  async #write([head, ...requests]: readonly AppendReq[], answer: sendUnaryData<AppendResp>): Promise<void> {
    const options = head?.getOptions()
    if (!options) return
    const expectedVersion = options.hasNoStream() ? -1 : Number(options.getRevision())
    // A turn before and after the write: a node that is killed may have written the append or not.
    await turn()
    const written = this.#options.log.append(streamOf(options), expectedVersion, requests.map(proposedOf) as ProposedNodeRecord[])
    this.#options.onWritten?.()
    await turn()
    answer(null, appendMessage(written))
  }

  #notLeader(metadata: Metadata): Partial<ServiceError> | null {
    const leader = this.#options.leader?.() ?? this
    if (leader === this || metadata.get('requires-leader')[0] !== 'true') return null
    return failure(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': '127.0.0.1',
      'leader-endpoint-port': String(leader.port),
    })
  }

  #members() {
    const leader = this.#options.leader?.() ?? this
    const info = new gossip.ClusterInfo()
    info.setMembersList([...new Set<EventStoreNode>([leader, this])].map((node) => memberInfo(node.port, node === leader)))
    return info
  }
}

function memberInfo(port: number, isLeader: boolean) {
  const id = new sharedMessages.UUID()
  id.setString(crypto.randomUUID())
  const endPoint = new gossip.EndPoint()
  endPoint.setAddress('127.0.0.1')
  endPoint.setPort(port)
  const member = new gossip.MemberInfo()
  member.setInstanceId(id)
  member.setTimeStamp(String(Date.now()))
  member.setState(isLeader ? leaderState : followerState)
  member.setIsAlive(true)
  member.setHttpEndPoint(endPoint)
  return member
}

function tooLarge(): Partial<ServiceError> {
  return failure(status.INVALID_ARGUMENT, `Maximum Append Size of ${appendBytesMost} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(appendBytesMost),
  })
}

function failure(code: status, details: string, trailers: Readonly<Record<string, string>> = {}): Partial<ServiceError> {
  const metadata = new Metadata()
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value)
  return Object.assign(new Error(details), { code, details, metadata })
}
