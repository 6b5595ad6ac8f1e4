import { batched } from '@elves/core/foundation/batched.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { AgentHello } from '@elves/schemas/generated/types.ts'
import type { Admission } from '../agents/admission.ts'
import type { AgentLiveness, AgentSession } from '../agents/agent-liveness.ts'
import type { AgentRegistration } from '../agents/agent-registration.ts'
import { type AgentTelling, recordOfAgent } from '../agents/agent-reports.ts'
import type { Report } from '../link/frames.ts'
import type { TaskReports } from '../tasks/task-reports.ts'
import type { IncomingMessage } from './incoming.ts'
import { type KafkaGreeting, sessionUnknown } from './kafka-greeting.ts'
import type { KafkaLinkMetrics } from './kafka-link-metrics.ts'
import type { Outgoing } from './outgoing.ts'
import type { Retry } from './retry.ts'

export interface MessageHandlerOptions {
  readonly greeting: KafkaGreeting
  readonly registration: AgentTelling & Pick<AgentRegistration, 'leave'>
  readonly admission: Pick<Admission, 'isRevoked'>
  readonly liveness: Pick<AgentLiveness, 'heard'>
  readonly tasks: Pick<TaskReports, 'record'>
  readonly retry: Retry
  readonly outgoing: Outgoing
  readonly metrics: KafkaLinkMetrics
  readonly logger: Logger
}

/** Handles the messages of one agent, in order. Rejects only with SHUTTING_DOWN; then the brokers deliver them again. */
export type MessageHandler = (agentId: string, messages: readonly IncomingMessage[]) => Promise<void>

type Hello = { readonly session: string; readonly hello: AgentHello }

const sessionsPerLook = 500
const revokedRefusal = { code: 'AGENT_REVOKED', message: 'this agent was revoked', canRetry: false } as const

export function messageHandler(options: MessageHandlerOptions): MessageHandler {
  const { greeting, registration, admission, liveness, tasks, retry, outgoing, metrics, logger } = options
  const isKnown = batched<AgentSession, boolean>({
    maxBatch: sessionsPerLook,
    keysOf: ({ agentId }) => [agentId],
    async run(sessions) {
      const known = await liveness.heard(sessions)
      return sessions.map(({ agentId }) => known.has(agentId))
    },
  })

  /** Nothing is taken from a revoked agent; each of its sessions is told so. */
  async function turnedAway(agentId: string, messages: readonly IncomingMessage[]): Promise<boolean> {
    if (!(await retry(() => admission.isRevoked(agentId)))) return false
    const saying = messages.filter(({ message }) => message.name !== 'AgentHello')
    for (const session of new Set(saying.map((one) => one.session))) greeting.refuse(agentId, session, revokedRefusal)
    return true
  }

  /** Answers only the newest of several hellos: the sessions of the others no longer wait for an answer. */
  async function take(agentId: string, messages: readonly IncomingMessage[]): Promise<void> {
    const isTurnedAway = await turnedAway(agentId, messages)
    const at = messages.findLastIndex(({ message }) => message.name === 'AgentHello')
    if (!isTurnedAway) await takeSaid(agentId, messages.slice(0, Math.max(at, 0)))
    const hello = helloOf(messages[at])
    if (hello) await greeting.greet(hello)
    if (!isTurnedAway) await takeSaid(agentId, messages.slice(at + 1))
  }

  /** Takes reports before a goodbye: otherwise the agent would count as gone while they are recorded. */
  async function takeSaid(agentId: string, messages: readonly IncomingMessage[]): Promise<void> {
    if (messages.length === 0) return
    await Promise.all([takePings(agentId, messages), takeReports(agentId, messages)])
    for (const { session, message } of messages) if (message.name === 'AgentGoodbye') await takeGoodbye(agentId, session)
  }

  async function takePings(agentId: string, messages: readonly IncomingMessage[]): Promise<void> {
    const clocks = new Map<string, number>()
    for (const { session, message } of messages) if (message.name === 'AgentPing') clocks.set(session, message.value.clockMs)
    for (const [session, clockMs] of clocks) {
      outgoing.pong(agentId, session, clockMs)
      await greeting.heardOf(agentId, session)
      if (!(await retry(() => isKnown({ agentId, sessionId: session })))) greeting.refuse(agentId, session, sessionUnknown)
    }
  }

  /** Records reports of any session, because they are true. Each receipt goes to the session that waits for it. */
  async function takeReports(agentId: string, messages: readonly IncomingMessage[]): Promise<void> {
    const reports = messages.flatMap(({ session, message }) => (isReport(message) ? [{ session, report: message }] : []))
    if (reports.length === 0) return
    await retry(() => record(agentId, reports))
    for (const [session, ofSession] of Map.groupBy(reports, (one) => one.session)) {
      outgoing.receipt(
        agentId,
        session,
        ofSession.map(({ report }) => report.value.reportId),
      )
    }
  }

  /** Facts and crons that are not of the current session are dropped: an agent without a hello is not known here. */
  async function record(agentId: string, reports: readonly { readonly session: string; readonly report: Report }[]): Promise<void> {
    const all = reports.map(({ report }) => report)
    const sessions = new Map(reports.map(({ session, report }) => [report, session]))
    const isCurrent = (report: Report) => greeting.isCurrent(agentId, sessions.get(report) ?? '')
    await Promise.all([tasks.record(agentId, all), recordOfAgent(registration, agentId, all, isCurrent)])
  }

  async function takeGoodbye(agentId: string, session: string): Promise<void> {
    if (await greeting.isCurrent(agentId, session)) await retry(() => registration.leave({ agentId, sessionId: session }, 'GOODBYE'))
    await greeting.left(agentId, session)
  }

  return async (agentId, messages) => {
    try {
      await take(agentId, messages)
    } catch (error) {
      const { code } = asElvesError(error)
      if (code === 'SHUTTING_DOWN') throw error
      // A fault of the center must stop neither other agents nor later messages. Reports among these messages get no receipt.
      metrics.failed(code, messages.length)
      logger.error({ err: error, code, agentId, messages: messages.length }, 'messages of an agent could not be taken')
    }
  }
}

function helloOf(incoming: IncomingMessage | undefined): Hello | null {
  return incoming?.message.name === 'AgentHello' ? { session: incoming.session, hello: incoming.message.value } : null
}

function isReport(message: IncomingMessage['message']): message is Report {
  switch (message.name) {
    case 'AttemptAcknowledged':
    case 'AttemptStarted':
    case 'AttemptEnded':
    case 'AttemptProcessing':
    case 'AgentFactsReport':
    case 'AgentCronRun':
    case 'AgentCronsReport':
    case 'AgentCronDropsReport':
    case 'AgentInstructionReport':
    case 'AgentAppReport':
      return true
    case 'AgentHello':
    case 'AgentOutput':
    case 'AgentPing':
    case 'AgentGoodbye':
      return false
  }
}
