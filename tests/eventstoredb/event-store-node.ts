import { setImmediate as turn } from 'node:timers/promises'
import gossipServices from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import gossip from '@eventstore/db-client/generated/gossip_pb.js'
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js'
import services from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import { type Metadata, Server, ServerCredentials, type ServerReadableStream, type ServiceError, type sendUnaryData } from '@grpc/grpc-js'
import { type AfterWrite, answerBatches, type BatchCall } from './node-batches.ts'
import { CountsByConnection, type NodeCounts } from './node-counts.ts'
import type { NodeLog, ProposedNodeRecord } from './node-log.ts'
import { appendMessage, proposedOf, sizeOfProposed, streamOf } from './node-messages.ts'
import { type NodeQuirks, refusals, releases } from './node-quirks.ts'
import { answerRead, type ReadCall } from './node-reads.ts'
import { SteadyDrops } from './steady-drops.ts'

const leaderState = 8
const followerState = 6

export interface NodeOptions {
  readonly log: NodeLog
  /** 0 means any free port. */
  readonly port?: number
  /** Returns the leader; called for each request. Default: this node. */
  leader?(): EventStoreNode
  /** Default: 22.10. */
  readonly release?: keyof typeof releases
  /** What differs from the release. */
  readonly quirks?: Partial<NodeQuirks>
  /** Speaks TLS with it; default: as with EVENTSTORE_INSECURE. In PEM. */
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer }
  /** Rights that its users lack. */
  readonly lacks?: readonly 'read $all'[]
  /** Called after an append is written and before it is answered; returns what follows, default the answer. */
  onWritten?(): AfterWrite | undefined
}

/** A node of an EventStoreDB, with what our adapter uses: `Append`, `BatchAppend`, `Read` and gossip, over gRPC. It keeps nothing on disk. */
export class EventStoreNode {
  /** True: it answers all calls with `Server Is Not Ready`, as a node that starts. */
  isStarting = false
  /** True: it answers no call at all, as a node that was stopped by SIGSTOP. */
  isFrozen = false
  /** True: its subscriptions bring nothing more, and do not say so. */
  isDeaf = false
  readonly #options: NodeOptions
  readonly #quirks: NodeQuirks
  readonly #counts = new CountsByConnection()
  readonly #drops = new Set<() => void>()
  readonly #steadyDrops = new SteadyDrops()
  readonly #server: Server
  #port = 0

  static async start(options: NodeOptions): Promise<EventStoreNode> {
    const node = new EventStoreNode(options)
    await node.#listen()
    return node
  }

  private constructor(options: NodeOptions) {
    this.#options = options
    this.#quirks = { ...releases[options.release ?? '22.10'], ...options.quirks }
    this.#server = new Server({ 'grpc.max_concurrent_streams': this.#quirks.callsAtOnce, 'grpc.max_receive_message_length': -1 })
    this.#server.addService(services.StreamsService, {
      read: (call: ReadCall) => this.#read(call),
      append: (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>) => this.#append(call, answer),
      batchAppend: (call: BatchCall) => this.#batchAppend(call),
    })
    this.#server.addService(gossipServices.GossipService, {
      read: (_call: unknown, answer: sendUnaryData<unknown>) => {
        if (!this.isFrozen) answer(null, this.#members())
      },
    })
  }

  get port(): number {
    return this.#port
  }

  /** What its clients asked for, in all. */
  get counts(): NodeCounts {
    return this.#counts.total()
  }

  /** What its clients asked for, by the names of their connections. */
  get countsByConnection(): Readonly<Record<string, NodeCounts>> {
    return this.#counts.all()
  }

  /** Drops all subscriptions, as if their readers were too slow. */
  dropSubscriptions(): void {
    for (const drop of [...this.#drops]) drop()
  }

  /** Drops live subscriptions from now on, so many a second in all; 0: no more. */
  dropSteadily(perSecond: number): void {
    this.#steadyDrops.begin(perSecond)
  }

  /** Ends like kill -9: calls under way get no answer. The log stays. */
  kill(): void {
    this.#steadyDrops.begin(0)
    this.#server.forceShutdown()
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${this.#options.port ?? 0}`, this.#credentials(), (error, port) => {
        this.#port = port
        if (error) reject(error)
        else resolve()
      })
    })
  }

  #credentials(): ServerCredentials {
    const { tls } = this.#options
    return tls ? ServerCredentials.createSsl(null, [{ private_key: tls.key, cert_chain: tls.cert }]) : ServerCredentials.createInsecure()
  }

  #countsOf(metadata: Metadata): NodeCounts {
    return this.#counts.of(String(metadata.get('connection-name')[0] ?? ''))
  }

  #read(call: ReadCall): void {
    if (this.isFrozen) return
    const isDenied = this.#options.lacks?.includes('read $all') && call.request.getOptions()?.hasAll()
    const refused = isDenied ? refusals.denied() : this.#refusal(call.metadata)
    if (refused) {
      call.emit('error', refused)
      return
    }
    const { log } = this.#options
    const counts = this.#countsOf(call.metadata)
    const reading = { log, quirks: this.#quirks, counts, drops: this.#drops, steadyDrops: this.#steadyDrops }
    answerRead(call, { ...reading, isSilent: () => this.isFrozen || this.isDeaf }).catch((error: Error) =>
      call.emit('error', refusals.unknown(error.message)),
    )
  }

  #batchAppend(call: BatchCall): void {
    if (!this.#quirks.hasBatchAppends) {
      call.emit('error', refusals.noSuchCall())
      return
    }
    answerBatches(call, {
      log: this.#options.log,
      quirks: this.#quirks,
      counts: this.#countsOf(call.metadata),
      refusal: () => (this.isFrozen ? 'FROZEN' : this.isStarting ? 'NOT_READY' : this.#refusal(call.metadata)),
      onWritten: () => this.#options.onWritten?.() ?? 'ANSWER',
    })
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
      const proposed = proposedOf(request.getProposedMessage())
      if (!request.hasOptions() && !proposed) refuse(refusals.noMetadata())
      bytes += proposed ? sizeOfProposed(proposed) : 0
      if (bytes > this.#quirks.appendBytesMost) refuse(refusals.tooLarge(this.#quirks.appendBytesMost))
      requests.push(request)
    })
    call.on('end', () => {
      const refused = this.#refusal(call.metadata)
      if (refused) refuse(refused)
      this.#countsOf(call.metadata).appends += 1
      if (!isRefused && !this.isFrozen) void this.#write(requests, answer)
    })
  }

  async #write([head, ...requests]: readonly AppendReq[], answer: sendUnaryData<AppendResp>): Promise<void> {
    const options = head?.getOptions()
    if (!options) return
    const expectedVersion = options.hasNoStream() ? -1 : Number(options.getRevision())
    const events = requests.map((request) => proposedOf(request.getProposedMessage()) as ProposedNodeRecord)
    // A turn before and after the write: a node that is killed may have written the append or not.
    await turn()
    const written = this.#options.log.append(streamOf(options), expectedVersion, events)
    const after = this.#options.onWritten?.() ?? 'ANSWER'
    await turn()
    if (written === 'DELETED') answer(refusals.deleted(streamOf(options)))
    else if (after === 'ANSWER') answer(null, appendMessage(written))
  }

  #refusal(metadata: Metadata): Partial<ServiceError> | null {
    if (this.isStarting) return refusals.notReady()
    const leader = this.#options.leader?.() ?? this
    if (leader === this || metadata.get('requires-leader')[0] !== 'true') return null
    return refusals.notLeader(leader.port)
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
