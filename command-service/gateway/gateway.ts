import type { Socket } from 'node:net'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { within } from '@elves/core/foundation/waiting.ts'
import { closeCodes } from '@elves/schemas/link/protocol.ts'
import type { Registry } from 'prom-client'
import type { WebSocket } from 'ws'
import { lookIntervalMs } from '../agents/agent-presence.ts'
import type { Agents } from '../agents/agents.ts'
import type { AgentLinks } from '../link/agent-links.ts'
import { type GatewayLimits, gatewayLimits } from '../link/link-limits.ts'
import { turnAway } from '../link/turn-away.ts'
import { noToldKeys, type ToldKeys } from '../signing/instruction-signer.ts'
import type { OutputIntake } from '../task-output/output-intake.ts'
import type { TaskReports } from '../tasks/task-reports.ts'
import { BackPressure } from './back-pressure.ts'
import { earlierLinks, type OtherGateways } from './earlier-link.ts'
import { gatewayMetrics } from './gateway-metrics.ts'
import { greeting } from './greeting.ts'
import { heartbeats } from './heartbeats.ts'
import { linkWatch } from './link-watch.ts'
import { Newcomers } from './newcomers.ts'
import { flushTurns } from './outbox.ts'
import { Session, type SessionContext } from './session.ts'
import { SessionIndex } from './session-index.ts'
import { sweepOf } from './sweep.ts'

export interface GatewayOptions {
  readonly agents: Pick<Agents, 'registration' | 'admission' | 'onEvent'> & { readonly liveness: Pick<Agents['liveness'], 'seen'> }
  readonly tasks: TaskReports
  readonly output: Pick<OutputIntake, 'take'>
  readonly settings: { readonly agentLostAfterMs: number; readonly pingIntervalMs: number }
  readonly joinToken: string
  /** Keys that sign instructions; default none. */
  readonly toldKeys?: ToldKeys
  /** Names this instance in the events of links. */
  readonly gatewayId: string
  readonly logger: Logger
  readonly registry: Registry
  readonly limits?: Partial<GatewayLimits>
  /** Given if other gateways run: agents move between them and this one. */
  readonly others?: OtherGateways
  /** How long a stop waits for agents' reports to be recorded, so that the agents get their receipts; default 10 s. */
  readonly drainMs?: number
}

/** Holds the sockets of agents. Make the server in front of it with `gatewaySocketOptions`. */
export interface Gateway extends Running {
  readonly links: AgentLinks
  /** `connection` is the network connection under the socket. */
  accept(socket: WebSocket, connection: Socket): void
}

export function gateway(options: GatewayOptions): Gateway {
  const { agents, tasks, output, settings, joinToken, toldKeys = noToldKeys, gatewayId, logger, registry, drainMs = 10_000 } = options
  const { registration, admission } = agents
  const limits = { ...gatewayLimits, ...options.limits }
  const sessions = new SessionIndex()
  const backPressure = new BackPressure(limits)
  const newcomers = new Newcomers(limits)
  const metrics = gatewayMetrics(registry, {
    newcomers: () => newcomers.count,
    newcomerBytes: () => newcomers.bytes,
    sessions: () => sessions.joinedCount,
    paused: () => backPressure.pausedCount,
    unreceipted: () => backPressure.unreceipted,
    unreceiptedBytes: () => backPressure.unreceiptedBytes,
    unsentBytes: () => sessions.all.values().reduce((sum, { outbox }) => sum + outbox.bytes, 0),
  })
  const { pingIntervalMs, agentLostAfterMs } = settings
  const earlier = earlierLinks({ sessions, gatewayId, limits, logger, others: options.others ?? null })
  const greet = greeting({
    registration,
    admission,
    tasks,
    sessions,
    earlier,
    joinToken,
    toldKeys,
    gatewayId,
    pingIntervalMs,
    limits,
    metrics,
    logger,
  })
  const seen = heartbeats(sessions.all, agents.liveness, logger)
  const context: SessionContext = {
    limits,
    metrics,
    backPressure,
    newcomers,
    tasks,
    output,
    logger,
    flushLater: flushTurns(),
    registration,
    greet: (session, hello) => void greet(session, hello),
    sayGoodbye: (session) => void sayGoodbye(session),
    closed: (session) => {
      sessions.all.delete(session)
      sessions.withdraw(session)
      seen.departed(session)
      // The agent's next hello has to wait until the reports of this session are recorded.
      if (session.agentId !== null) void sessions.inTurn(session.agentId, () => session.recorder.idle())
    },
  }

  /** Records and receipts the agent's earlier reports first. */
  async function sayGoodbye(session: Session): Promise<void> {
    const { link } = session
    if (!link) return
    sessions.withdraw(session)
    try {
      await session.recorder.idle()
      // If a newer socket has replaced this one meanwhile, the agent has not left.
      await sessions.inTurn(link.agentId, async () => {
        if (!sessions.find(link.agentId)) await registration.leave(link, 'GOODBYE')
      })
    } catch (error) {
      logger.warn({ err: error, agentId: link.agentId }, 'a goodbye was not recorded; the agent will count as lost')
    }
    session.end(closeCodes.normal, 'GOODBYE')
  }

  agents.onEvent(linkWatch({ sessions, registration, gatewayId, agentLostAfterMs, logger }))
  const sweeping = setInterval(sweepOf({ sessions: sessions.all, backPressure, limits, agentLostAfterMs }), limits.sweepIntervalMs).unref()
  const beating = setInterval(() => void seen.flush(), lookIntervalMs(agentLostAfterMs)).unref()
  let stopping: Promise<void> | null = null

  async function stop(): Promise<void> {
    clearInterval(sweeping)
    clearInterval(beating)
    const open = [...sessions.all]
    // Agents get the receipts of what they have reported, so that they do not report it again at the next gateway.
    for (const session of open) session.pause()
    await within(drainMs, Promise.all(open.map((session) => session.recorder.idle())), null)
    for (const session of sessions.all) session.end(closeCodes.goingAway, 'SHUTTING_DOWN')
    // Late reports are still written. They get no receipt any more, so the agents report them again.
    await Promise.all(open.map((session) => session.recorder.idle()))
    await sessions.idle()
    await seen.flush()
    await earlier.stop()
  }

  return {
    links: {
      send: (agentId, instruction) => sessions.find(agentId)?.tell(instruction) ?? false,
      isConnected: (agentId) => sessions.find(agentId) !== undefined,
    },
    accept(socket, connection) {
      if (stopping) turnAway(socket, 'SHUTTING_DOWN')
      else sessions.all.add(new Session(socket, connection, context))
    },
    stop() {
      stopping ??= stop()
      return stopping
    },
  }
}
