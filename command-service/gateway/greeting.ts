import { randomUUID } from 'node:crypto'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { cutText } from '@elves/core/foundation/text.ts'
import { encode, readableFingerprints } from '@elves/schemas/codec/codec.ts'
import type { AgentHello, CenterRefusal } from '@elves/schemas/generated/types.ts'
import { type CloseCode, closeCodes, protocolVersion } from '@elves/schemas/link/protocol.ts'
import type { Admission } from '../agents/admission.ts'
import type { AgentRegistration } from '../agents/agent-registration.ts'
import { clockOffsetMsOf, helloRefusal, ipOfAgent, presentedKey } from '../link/hello.ts'
import type { GatewayLimits } from '../link/link-limits.ts'
import { maySucceedLater } from '../link/link-refusals.ts'
import type { ToldKeys } from '../signing/instruction-signer.ts'
import type { TaskReports } from '../tasks/task-reports.ts'
import type { EarlierLinks } from './earlier-link.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'
import { JoinWindow } from './join-window.ts'
import type { Session } from './session.ts'
import type { SessionIndex } from './session-index.ts'

export interface GreetingOptions {
  readonly registration: Pick<AgentRegistration, 'join' | 'leave'>
  readonly admission: Pick<Admission, 'admit' | 'isRevoked'>
  readonly tasks: Pick<TaskReports, 'reconcile'>
  readonly sessions: SessionIndex
  readonly earlier: Pick<EarlierLinks, 'isHeldByOtherBoot'>
  readonly joinToken: string
  readonly toldKeys: ToldKeys
  readonly gatewayId: string
  readonly pingIntervalMs: number
  readonly limits: GatewayLimits
  readonly metrics: GatewayMetrics
  readonly logger: Logger
}

/** Answers a hello with a refusal, or with the welcome and the instructions to send again. Never rejects. */
export type Greeting = (session: Session, hello: AgentHello) => Promise<void>

export function greeting(options: GreetingOptions): Greeting {
  const { registration, admission, tasks, sessions, earlier, joinToken, toldKeys, gatewayId, pingIntervalMs, limits, metrics, logger } = options

  async function greet(session: Session, hello: AgentHello): Promise<void> {
    try {
      const refusal = helloRefusal(hello, joinToken) ?? (await sessions.inTurn(hello.agentId, () => join(session, hello)))
      if (refusal)
        refuse(session, hello, { code: refusal.rejected, message: refusal.message, canRetry: maySucceedLater(refusal.rejected) }, closeCodes.refused)
    } catch (error) {
      const { code, message, canRetry } = asElvesError(error)
      logger.error({ err: error, code, agentId: hello.agentId }, 'a hello could not be answered')
      const told = canRetry ? message : 'a fault of the center; its log has the details'
      refuse(session, hello, { code, message: told, canRetry: true }, canRetry ? closeCodes.tryAgainLater : closeCodes.internal)
    }
  }

  /**
   * Sends the agent nothing until the center has decided about the attempts that the agent's journal has open. It decides only when
   * the reports of the agent's earlier socket are recorded or given up. Otherwise it could send an instruction again that the agent
   * has already refused (for a full disk, say), if the agent died after the report and before it could note it.
   */
  async function join(session: Session, hello: AgentHello): Promise<Rejection | null> {
    const { agentId, bootId, journalId, joinToken: brought, facts, openAttempts } = hello
    const { remoteAddress } = session
    const ip = ipOfAgent(hello, remoteAddress)
    if (typeof ip !== 'string') return ip
    const sessionId = randomUUID()
    const key = presentedKey(hello, session.challenge)
    // Before an earlier link is touched: a process that is not the agent must not be able to end it.
    const stranger = await admission.admit({ agentId, bootId, sessionId, ip, facts, remoteAddress, joinToken: brought, key })
    if (stranger || session.isClosed) return stranger
    const isOtherBootAlive = await earlier.isHeldByOtherBoot(agentId, bootId)
    const link = { agentId, sessionId, bootId, journalId, gatewayId, remoteAddress, clockOffsetMs: clockOffsetMsOf(hello) }
    const rejected = await registration.join({ ...link, ip, facts, isOtherBootAlive })
    if (rejected || session.isClosed) return rejected
    session.link = link
    session.joinWindow = new JoinWindow(openAttempts, performance.now() + limits.joinWindowMs)
    // From here on new instructions come live, and wait in the session; all earlier ones are in the log.
    sessions.put(agentId, session)
    // It may have been revoked since it was admitted. A revocation after this line finds the session and cuts it.
    if (await admission.isRevoked(agentId)) {
      await registration.leave(link, 'REVOKED')
      return rejection('AGENT_REVOKED', `agent ${agentId} was revoked`)
    }
    const instructions = await tasks.reconcile(agentId, journalId, openAttempts)
    session.open(welcome(link.sessionId, ip), instructions)
    return null
  }

  function welcome(sessionId: string, ip: string): Buffer {
    return encode('CenterWelcome', {
      protocolVersion,
      sessionId,
      clockMs: Date.now(),
      capabilities: [],
      fingerprints: readableFingerprints,
      pingIntervalMs,
      maxUnreceipted: limits.maxUnreceipted,
      ip,
      ...toldKeys,
    })
  }

  function refuse(session: Session, hello: AgentHello, refusal: CenterRefusal, closeCode: CloseCode): void {
    metrics.refused(refusal.code)
    logger.warn({ code: refusal.code, agentId: cutText(hello.agentId, 80), remoteAddress: session.remoteAddress }, 'agent refused')
    session.end(closeCode, refusal.code, [encode('CenterRefusal', refusal)])
  }

  return greet
}
