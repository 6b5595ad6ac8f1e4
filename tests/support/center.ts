import { decode, decodeAs, encode, type Message, type MessageName, readableFingerprints } from '@elves/schemas/codec/codec.ts'
import type { MessageTypes, ReportName } from '@elves/schemas/generated/catalog.ts'
import type { AgentHello, AgentOutput, AttemptEnded, CenterRefusal, RunTask } from '@elves/schemas/generated/types.ts'
import { noSecrets } from '@elves/schemas/link/secret-statement.ts'
import { type WebSocket, WebSocketServer } from 'ws'
import { waitFor } from './wait-for.ts'

export interface TestCenterOptions {
  /** 0 means any free port. */
  readonly port?: number
  readonly pingIntervalMs?: number
  readonly maxUnreceipted?: number
  /** Answers every hello with this refusal. */
  readonly refusal?: CenterRefusal
}

/** A WebSocket server that speaks the agent link's frames and does what a test tells it. */
export interface TestCenter {
  readonly url: string
  readonly port: number
  readonly hellos: AgentHello[]
  /** In the order of arrival, with repeated ones. */
  readonly reports: Message<ReportName>[]
  /** The reports of each frame. */
  readonly frames: Message[][]
  readonly goodbyes: string[]
  /** What runs printed; in `frames` it is not. */
  readonly outputs: AgentOutput[]
  /** Whether it confirms output; may be changed at any time. */
  outputReceipts: boolean
  /** Whether it sends receipts; may be changed at any time. */
  receipts: boolean
  pongs: boolean
  /** Number of pings that came. */
  pings: number
  /** How far the center's clock is ahead of ours. */
  aheadMs: number
  now(): number
  /** Sends to the agent that said hello last. */
  send<Name extends MessageName>(name: Name, value: MessageTypes[Name]): void
  /** Sends a RunTask for the journal of the last hello, with defaults for the other fields. */
  run(task: Partial<RunTask> & { taskId: string }): void
  cancel(taskId: string): void
  /** Sends receipts for all reports so far. */
  receiptAll(): void
  /** Cuts all links, as a network failure does. */
  cut(): void
  hello(count?: number): Promise<AgentHello>
  ended(taskId: string): Promise<AttemptEnded>
  /** Names of the reports of a task, in the order of arrival. */
  reportsOf(taskId: string): string[]
  stop(): Promise<void>
}

export async function testCenter(options: TestCenterOptions = {}): Promise<TestCenter> {
  const { pingIntervalMs = 10_000, maxUnreceipted = 1_000, refusal } = options
  const server = new WebSocketServer({ port: options.port ?? 0, host: '127.0.0.1', perMessageDeflate: false })
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject))
  const { port } = server.address() as { port: number }
  const hellos: AgentHello[] = []
  const reports: Message<ReportName>[] = []
  const frames: Message[][] = []
  const goodbyes: string[] = []
  const outputs: AgentOutput[] = []
  let socket: WebSocket | null = null
  const unreceipted = new Map<WebSocket, number[]>()

  const now = () => Date.now() + center.aheadMs
  const sendTo = <Name extends MessageName>(to: WebSocket | null, name: Name, value: MessageTypes[Name]) => {
    to?.send(encode('Frame', { messages: [encode(name, value)] }))
  }

  function greet(from: WebSocket, hello: AgentHello): void {
    hellos.push(hello)
    socket = from
    if (refusal) {
      sendTo(from, 'CenterRefusal', refusal)
      from.close()
      return
    }
    const session = { protocolVersion: 1, sessionId: `s${hellos.length}`, capabilities: [], fingerprints: readableFingerprints }
    sendTo(from, 'CenterWelcome', {
      ...session,
      clockMs: now(),
      pingIntervalMs,
      maxUnreceipted,
      ip: hello.ip,
      instructionKeys: [],
      keyEndorsements: [],
    })
  }

  function take(from: WebSocket, message: Message): void {
    switch (message.name) {
      case 'AgentHello':
        greet(from, message.value)
        return
      case 'AgentPing':
        center.pings += 1
        if (center.pongs) sendTo(from, 'CenterPong', { agentClockMs: message.value.clockMs, clockMs: now() })
        return
      case 'AgentOutput': {
        const { taskId, attempt, offset, pieces, ended } = message.value
        outputs.push(message.value)
        const reach = offset + pieces.reduce((sum, { bytes }) => sum + bytes.length, 0)
        if (center.outputReceipts) sendTo(from, 'OutputReceipt', { outputs: [{ taskId, attempt, offset: reach, gap: false, ended, refused: false }] })
        return
      }
      case 'AgentGoodbye':
        goodbyes.push(message.value.reason)
        return
      case 'AttemptAcknowledged':
      case 'AttemptStarted':
      case 'AttemptEnded':
      case 'AttemptProcessing':
      case 'AgentFactsReport':
      case 'AgentCronRun':
      case 'AgentCronsReport':
      case 'AgentCronDropsReport':
      case 'AgentInstructionReport':
        reports.push(message)
        unreceipted.get(from)?.push(message.value.reportId)
        return
      default:
        throw new Error(`an agent sent ${message.name}`)
    }
  }

  server.on('connection', (connected) => {
    unreceipted.set(connected, [])
    connected.once('close', () => unreceipted.delete(connected))
    connected.on('message', (data: Buffer) => {
      const messages = decodeAs('Frame', data).messages.map((bytes) => decode(bytes))
      if (messages.some(({ name }) => name !== 'AgentOutput')) frames.push(messages)
      for (const message of messages) take(connected, message)
      if (center.receipts) center.receiptAll()
    })
    connected.on('error', () => {})
  })

  const center: TestCenter = {
    url: `ws://127.0.0.1:${port}/gateway?token=let-me-in`,
    port,
    hellos,
    reports,
    frames,
    goodbyes,
    outputs,
    outputReceipts: true,
    receipts: true,
    pongs: true,
    pings: 0,
    aheadMs: 0,
    now,
    send: (name, value) => sendTo(socket, name, value),
    run(task) {
      const journalId = hellos.at(-1)?.journalId ?? ''
      const fixed = {
        attempt: 1,
        journalId,
        kind: 'INSTANT',
        app: 'app',
        func: 'f',
        param: null,
        proxy: null,
        processor: false,
        retriedOn: [],
        ...noSecrets,
      } as const
      sendTo(socket, 'RunTask', { ...fixed, timeoutMs: 10_000, notAfter: now() + 30_000, correlationId: 'c', metadata: {}, ...task })
    },
    cancel: (taskId) => sendTo(socket, 'CancelTask', { taskId, attempt: 1, reason: null, correlationId: 'c' }),
    receiptAll() {
      for (const [to, reportIds] of unreceipted) if (reportIds.length > 0) sendTo(to, 'Receipt', { reportIds: reportIds.splice(0) })
    },
    cut() {
      for (const client of server.clients) client.terminate()
    },
    hello: (count = 1) => waitFor(() => hellos[count - 1], { what: `hello ${count}` }),
    async ended(taskId) {
      const isEnd = (report: Message) => report.name === 'AttemptEnded' && report.value.taskId === taskId
      const report = await waitFor(() => reports.find(isEnd), { what: `the end of ${taskId}` })
      return report.value as AttemptEnded
    },
    reportsOf: (taskId) => reports.filter(({ value }) => 'taskId' in value && value.taskId === taskId).map(({ name }) => name),
    async stop() {
      for (const client of server.clients) client.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return center
}
