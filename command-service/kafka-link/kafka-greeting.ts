import type { Rejection } from '@elves/core/domain/decision.ts'
import { batched } from '@elves/core/foundation/batched.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { CenterRefusal } from '@elves/schemas/generated/types.ts'
import type { Admission } from '../agents/admission.ts'
import type { AgentLiveness } from '../agents/agent-liveness.ts'
import type { AgentRegistration } from '../agents/agent-registration.ts'
import type { Turns } from '../instances/turns.ts'
import { clockOffsetMsOf, helloRefusal, ipOfAgent, presentedKey } from '../link/hello.ts'
import { maySucceedLater } from '../link/link-refusals.ts'
import type { TaskReports } from '../tasks/task-reports.ts'
import type { KafkaLinkMetrics } from './kafka-link-metrics.ts'
import type { Outgoing } from './outgoing.ts'
import type { Retry } from './retry.ts'
import { type WaitingHello, WaitingHellos } from './waiting-hellos.ts'

export interface KafkaGreetingOptions {
  readonly registration: Pick<AgentRegistration, 'join' | 'leave' | 'connectedBoot'>
  readonly admission: Pick<Admission, 'admit' | 'isRevoked'>
  readonly liveness: Pick<AgentLiveness, 'sessionsOf'>
  readonly tasks: Pick<TaskReports, 'reconcile'>
  readonly joinToken: string
  readonly gatewayId: string
  /** How long another process of the same agent has to answer. */
  readonly otherBootMs: number
  readonly turns: Turns
  readonly retry: Retry
  readonly outgoing: Outgoing
  readonly metrics: KafkaLinkMetrics
  readonly logger: Logger
}

export interface KafkaGreeting {
  /** Answers a hello now, or a little later if another process of this agent has to be asked first. Rejects only with SHUTTING_DOWN. */
  greet(asked: WaitingHello): Promise<void>
  /** Called when the session was heard of: a hello that waited for its answer is refused. */
  heardOf(agentId: string, session: string): Promise<void>
  /** Called when the session has left: a hello that waited for its answer is welcome. */
  left(agentId: string, session: string): Promise<void>
  /** Returns true if this was the last session of the agent to be welcomed. */
  isCurrent(agentId: string, session: string): Promise<boolean>
  refuse(agentId: string, session: string, refusal: CenterRefusal): void
  stop(): void
}

const sessionsPerLook = 500
/** In the events of agents that are linked by Kafka: nobody knows where they are. */
const remoteAddress = 'kafka'

export const sessionUnknown = { code: 'LINK_SESSION_UNKNOWN', message: 'the center wants a hello of a new session', canRetry: true } as const

export function kafkaGreeting(options: KafkaGreetingOptions): KafkaGreeting {
  const { registration, admission, liveness, tasks, joinToken, gatewayId, otherBootMs, turns, retry, outgoing, metrics, logger } = options
  const sessionOf = batched<string, string | null>({
    maxBatch: sessionsPerLook,
    keysOf: () => [],
    async run(agentIds) {
      const sessions = await liveness.sessionsOf(agentIds)
      return agentIds.map((agentId) => sessions.get(agentId) ?? null)
    },
  })
  const waitingHellos = new WaitingHellos(otherBootMs, (asked) => {
    turns
      .take(asked.hello.agentId, () => welcome(asked, false))
      .catch((error: unknown) => {
        logger.info({ code: asElvesError(error).code, agentId: asked.hello.agentId }, 'a hello was not answered')
      })
  })

  async function greet(asked: WaitingHello): Promise<void> {
    const { hello, session } = asked
    const { agentId, bootId, facts } = hello
    const ip = ipOfAgent(hello, '')
    const refusal = helloRefusal(hello, joinToken, 'TODAY_ONLY') ?? (typeof ip === 'string' ? null : ip)
    if (refusal) {
      refuse(agentId, session, told(refusal))
      return
    }
    const earlier = await retry(() => sessionOf(agentId))
    // This hello was read before, and its open attempts may be out of date by now, so the agent has to send a new one.
    if (earlier === session) {
      refuse(agentId, session, sessionUnknown)
      return
    }
    const asking = { agentId, bootId, sessionId: session, ip: hello.ip, facts, remoteAddress, joinToken: hello.joinToken }
    const stranger = await retry(() => admission.admit({ ...asking, key: presentedKey(hello, session) }))
    if (stranger) {
      refuse(agentId, session, told(stranger))
      return
    }
    const boot = await retry(() => registration.connectedBoot(agentId))
    if (earlier !== null && boot !== null && boot !== bootId) {
      waitingHellos.wait(asked, earlier)
      outgoing.ask(agentId, earlier)
      return
    }
    waitingHellos.forget(agentId)
    await welcome(asked, false)
  }

  /** All that the agent reported before the hello is recorded, because it came before in the same partition. */
  async function welcome({ hello, session }: WaitingHello, isOtherBootAlive: boolean): Promise<void> {
    const { agentId, bootId, journalId, ip, facts, openAttempts } = hello
    const clockOffsetMs = clockOffsetMsOf(hello)
    const link = { agentId, sessionId: session, bootId, journalId, gatewayId, remoteAddress, clockOffsetMs }
    try {
      const rejected = await retry(() => registration.join({ ...link, ip, facts, isOtherBootAlive }))
      if (rejected) {
        refuse(agentId, session, told(rejected))
        return
      }
      // It may have been revoked since it was admitted.
      if (await retry(() => admission.isRevoked(agentId))) {
        await retry(() => registration.leave({ agentId, sessionId: session }, 'REVOKED'))
        refuse(agentId, session, { code: 'AGENT_REVOKED', message: `agent ${agentId} was revoked`, canRetry: false })
        return
      }
      // After a stall of this process, another instance may have welcomed a newer session; then only that one's journal counts.
      if (!(await isCurrent(agentId, session))) return
      const instructions = await retry(() => tasks.reconcile(agentId, journalId, openAttempts))
      outgoing.welcome(agentId, session, instructions)
    } catch (error) {
      const { code } = asElvesError(error)
      if (code === 'SHUTTING_DOWN') throw error
      logger.error({ err: error, code, agentId }, 'a hello could not be answered')
      refuse(agentId, session, { code, message: 'a fault of the center; its log has the details', canRetry: true })
    }
  }

  async function isCurrent(agentId: string, session: string): Promise<boolean> {
    return (await retry(() => sessionOf(agentId))) === session
  }

  function refuse(agentId: string, session: string, refusal: CenterRefusal): void {
    metrics.refused(refusal.code)
    const level = refusal.code === sessionUnknown.code ? 'info' : 'warn'
    logger[level]({ code: refusal.code, agentId, session }, 'agent refused')
    outgoing.refuse(agentId, session, refusal)
  }

  return {
    greet,
    refuse,
    async heardOf(agentId, session) {
      const asked = waitingHellos.answered(agentId, session)
      if (asked) await welcome(asked, true)
    },
    async left(agentId, session) {
      const asked = waitingHellos.answered(agentId, session)
      if (asked) await welcome(asked, false)
    },
    isCurrent,
    stop: () => waitingHellos.stop(),
  }
}

function told({ rejected, message }: Rejection): CenterRefusal {
  return { code: rejected, message, canRetry: maySucceedLater(rejected) }
}
