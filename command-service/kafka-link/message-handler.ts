import { batched } from '@elves/core/foundation/batched.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { AgentHello } from '@elves/schemas/generated/types.ts'
import type { AgentLiveness, AgentSession } from '../agents/agent-liveness.ts'
import type { AgentRegistration } from '../agents/agent-registration.ts'
import type { Report } from '../link/report-recorder.ts'
import type { TaskReports } from '../tasks/task-reports.ts'
import type { Heard } from './incoming.ts'
import { type KafkaGreeting, sessionUnknown } from './kafka-greeting.ts'
import type { KafkaLinkMetrics } from './kafka-link-metrics.ts'
import type { Speaker } from './outgoing.ts'
import type { Patience } from './retry.ts'

export interface AgentWordsOptions {
  readonly greeting: KafkaGreeting
  readonly registration: Pick<AgentRegistration, 'tellFacts' | 'leave'>
  readonly liveness: Pick<AgentLiveness, 'heard'>
  readonly tasks: Pick<TaskReports, 'record'>
  readonly patiently: Patience
  readonly speaker: Speaker
  readonly metrics: KafkaLinkMetrics
  readonly logger: Logger
}

/** Does what the words of one agent ask for, in their order. Rejects only with SHUTTING_DOWN: then they come again. */
export type AgentWords = (agentId: string, words: readonly Heard[]) => Promise<void>

type Hello = { readonly session: string; readonly hello: AgentHello }

const sessionsPerLook = 500

export function agentWords(options: AgentWordsOptions): AgentWords {
  const { greeting, registration, liveness, tasks, patiently, speaker, metrics, logger } = options
  const isKnown = batched<AgentSession, boolean>({
    maxBatch: sessionsPerLook,
    keysOf: ({ agentId }) => [agentId],
    async run(sessions) {
      const known = await liveness.heard(sessions)
      return sessions.map(({ agentId }) => known.has(agentId))
    },
  })

  /** Only the newest of several hellos is of a session that still waits for its answer. */
  async function take(agentId: string, words: readonly Heard[]): Promise<void> {
    const at = words.findLastIndex(({ message }) => message.name === 'AgentHello')
    await takeSaid(agentId, words.slice(0, Math.max(at, 0)))
    const hello = helloOf(words[at])
    if (hello) await greeting.greet(hello)
    await takeSaid(agentId, words.slice(at + 1))
  }

  /** Reports before a goodbye: who has left would count as gone while they are recorded. */
  async function takeSaid(agentId: string, words: readonly Heard[]): Promise<void> {
    if (words.length === 0) return
    await Promise.all([takePings(agentId, words), takeReports(agentId, words)])
    for (const { session, message } of words) if (message.name === 'AgentGoodbye') await takeGoodbye(agentId, session)
  }

  async function takePings(agentId: string, words: readonly Heard[]): Promise<void> {
    const clocks = new Map<string, number>()
    for (const { session, message } of words) if (message.name === 'AgentPing') clocks.set(session, message.value.clockMs)
    for (const [session, clockMs] of clocks) {
      speaker.pong(agentId, session, clockMs)
      await greeting.heardOf(agentId, session)
      if (!(await patiently(() => isKnown({ agentId, sessionId: session })))) greeting.refuse(agentId, session, sessionUnknown)
    }
  }

  /** Whatever session they are of, they are true. A receipt goes to the session that waits for it. */
  async function takeReports(agentId: string, words: readonly Heard[]): Promise<void> {
    const reports = words.flatMap(({ session, message }) => (isReport(message) ? [{ session, report: message }] : []))
    if (reports.length === 0) return
    await patiently(() => record(agentId, reports))
    for (const [session, ofSession] of Map.groupBy(reports, (one) => one.session)) {
      speaker.receipt(
        agentId,
        session,
        ofSession.map(({ report }) => report.value.reportId),
      )
    }
  }

  async function record(agentId: string, reports: readonly { readonly session: string; readonly report: Report }[]): Promise<void> {
    const recording = [
      tasks.record(
        agentId,
        reports.map(({ report }) => report),
      ),
    ]
    const facts = reports.findLast(({ report }) => report.name === 'AgentFactsReport')
    if (facts?.report.name === 'AgentFactsReport') recording.push(tellFacts(agentId, facts.session, facts.report.value.facts))
    await Promise.all(recording)
  }

  /** Those of an earlier session are old news: each hello brings them. And without a hello nobody tells us anything of an agent. */
  async function tellFacts(agentId: string, session: string, facts: AgentHello['facts']): Promise<void> {
    if (await greeting.isCurrent(agentId, session)) await registration.tellFacts(agentId, facts)
  }

  async function takeGoodbye(agentId: string, session: string): Promise<void> {
    if (await greeting.isCurrent(agentId, session)) await patiently(() => registration.leave({ agentId, sessionId: session }, 'GOODBYE'))
    await greeting.left(agentId, session)
  }

  return async (agentId, words) => {
    try {
      await take(agentId, words)
    } catch (error) {
      const { code } = asElvesError(error)
      if (code === 'SHUTTING_DOWN') throw error
      // A fault of ours stops neither the other agents nor what comes later: nothing of it has a receipt.
      metrics.failed(code, words.length)
      logger.error({ err: error, code, agentId, words: words.length }, 'what an agent said could not be taken')
    }
  }
}

function helloOf(word: Heard | undefined): Hello | null {
  return word?.message.name === 'AgentHello' ? { session: word.session, hello: word.message.value } : null
}

function isReport(message: Heard['message']): message is Report {
  switch (message.name) {
    case 'AttemptAcknowledged':
    case 'AttemptStarted':
    case 'AttemptEnded':
    case 'AgentFactsReport':
      return true
    case 'AgentHello':
    case 'AgentPing':
    case 'AgentGoodbye':
      return false
  }
}
