import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { OutgoingRecord } from '@elves/core/kafka/lasting-producer.ts'
import { asBuffer, encode, readableFingerprints } from '@elves/schemas/codec/codec.ts'
import type { CenterRefusal, OutputReach } from '@elves/schemas/generated/types.ts'
import { askedByCenter, protocolVersion, sessionHeader } from '@elves/schemas/link/protocol.ts'
import { gatewayLimits } from '../link/link-limits.ts'
import type { ToldKeys } from '../signing/instruction-signer.ts'

export interface OutgoingOptions {
  readonly topic: string
  readonly send: (records: readonly OutgoingRecord[]) => Promise<void>
  readonly pingIntervalMs: number
  /** Public keys that sign instructions. */
  readonly toldKeys: ToldKeys
  readonly logger: Logger
}

/** Sends the center's messages to the sessions of agents on Kafka. */
export interface Outgoing {
  /** Sends the welcome, and the instructions to send again. */
  welcome(agentId: string, session: string, instructions: readonly Uint8Array[]): void
  refuse(agentId: string, session: string, refusal: CenterRefusal): void
  pong(agentId: string, session: string, agentClockMs: number): void
  /** Asks the session to ping at once, which shows that its process is there. */
  ask(agentId: string, session: string): void
  /** Sends a receipt within 250 ms, together with others; at once where an agent would soon have to wait for it. */
  receipt(agentId: string, session: string, reportIds: readonly number[]): void
  /** Tells how far the output log has what an agent printed. */
  output(agentId: string, session: string, outputs: readonly OutputReach[]): void
  /** Records that no broker has confirmed yet. */
  readonly unsaid: number
  /** Resolves when the brokers have all that was sent so far, or sending it has failed. */
  said(): Promise<void>
}

/** A receipt waits this long for others, because each record is read by many. The wait only costs memory of the agent. */
const gatherReceiptsMs = 250

export function outgoingMessages({ topic, send, pingIntervalMs, toldKeys, logger }: OutgoingOptions): Outgoing {
  let saying: Promise<unknown> = Promise.resolve()
  let unsaid = 0
  const receipts = new Map<string, { readonly agentId: string; readonly session: string; readonly reportIds: number[] }>()
  let gathering: NodeJS.Timeout | undefined

  /** Does not wait for the brokers, so that reports go on. If a record is lost here, the agent asks again. */
  function say(records: readonly OutgoingRecord[]): void {
    unsaid += records.length
    const sent = send(records)
      .catch((error: unknown) => {
        const { code } = asElvesError(error)
        if (code !== 'SHUTTING_DOWN') logger.error({ err: error, code }, 'agents on Kafka could not be answered')
      })
      .then(() => {
        unsaid -= records.length
      })
    // Resolves without a value: with one, each promise would hold the one before it for ever.
    saying = Promise.all([saying, sent]).then(() => undefined)
  }

  function sayReceipts(): void {
    clearTimeout(gathering)
    gathering = undefined
    const gathered = [...receipts.values()]
    receipts.clear()
    if (gathered.length > 0) say(gathered.map(({ agentId, session, reportIds }) => toSession(agentId, session, encode('Receipt', { reportIds }))))
  }

  const toSession = (agentId: string, session: string, value: Buffer) => ({ topic, key: agentId, value, headers: { [sessionHeader]: session } })

  return {
    get unsaid() {
      return unsaid
    },
    welcome(agentId, session, instructions) {
      const welcome = encode('CenterWelcome', {
        protocolVersion,
        sessionId: session,
        clockMs: Date.now(),
        capabilities: [],
        fingerprints: readableFingerprints,
        pingIntervalMs,
        maxUnreceipted: gatewayLimits.maxUnreceipted,
        // An agent on Kafka declares its own.
        ip: '',
        ...toldKeys,
      })
      say([toSession(agentId, session, welcome), ...instructions.map((value) => ({ topic, key: agentId, value: asBuffer(value) }))])
    },
    refuse: (agentId, session, refusal) => say([toSession(agentId, session, encode('CenterRefusal', refusal))]),
    pong: (agentId, session, agentClockMs) => say([toSession(agentId, session, encode('CenterPong', { agentClockMs, clockMs: Date.now() }))]),
    ask: (agentId, session) => say([toSession(agentId, session, encode('CenterPong', { agentClockMs: askedByCenter, clockMs: Date.now() }))]),
    receipt(agentId, session, reportIds) {
      const known = receipts.get(session)
      if (known) known.reportIds.push(...reportIds)
      else receipts.set(session, { agentId, session, reportIds: [...reportIds] })
      // An agent sends only so many reports ahead of their receipts.
      if ((receipts.get(session)?.reportIds.length ?? 0) >= gatewayLimits.maxUnreceipted / 4) sayReceipts()
      else gathering ??= setTimeout(sayReceipts, gatherReceiptsMs)
    },
    output: (agentId, session, outputs) => say([toSession(agentId, session, encode('OutputReceipt', { outputs }))]),
    async said() {
      sayReceipts()
      await saying
    },
  }
}
