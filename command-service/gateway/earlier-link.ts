import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { within } from '@elves/core/foundation/waiting.ts'
import { closeCodes } from '@elves/schemas/link/protocol.ts'
import type { Signals } from '../instances/signals.ts'
import type { GatewayLimits } from '../link/link-limits.ts'
import type { Session } from './session.ts'
import type { SessionIndex } from './session-index.ts'

/** Needed if other gateways run. */
export interface OtherGateways {
  readonly signals: Pick<Signals, 'send' | 'on'>
  /** Returns the other gateway that held the agent's last link, or null if there is none that listens. */
  holderOf(agentId: string): Promise<string | null>
}

export interface EarlierLinksOptions {
  readonly sessions: SessionIndex
  readonly gatewayId: string
  readonly limits: GatewayLimits
  readonly logger: Logger
  /** Null: this is the only gateway. */
  readonly others: OtherGateways | null
}

export interface EarlierLinks extends Running {
  /**
   * Ends the agent's earlier link, here or at another gateway. A link of the same boot is of no use any more and is ended at once.
   * The process of another boot is asked by ping; returns true, and leaves its link alone, if it answers. When this resolves with
   * false, the reports of the earlier link are recorded or given up, unless its gateway does not answer.
   */
  isHeldByOtherBoot(agentId: string, bootId: string): Promise<boolean>
}

/** Time for the question and its answer to travel, beside the time of the ping. */
const roomMs = 1_000

export function earlierLinks({ sessions, gatewayId, limits, logger, others }: EarlierLinksOptions): EarlierLinks {
  const deaf = others?.signals.on('release', ({ gatewayId: asked, agentId, bootId, question }) => {
    if (asked === gatewayId) void answer(others, agentId, bootId, question)
  })

  async function answer({ signals }: OtherGateways, agentId: string, bootId: string, question: string): Promise<void> {
    try {
      const isOtherBootAlive = await sessions.inTurn(agentId, () => release(agentId, bootId))
      await signals.send('released', { question, isOtherBootAlive })
    } catch (error) {
      logger.warn({ err: error, code: asElvesError(error).code, agentId }, 'an agent that is at another gateway now could not be released')
    }
  }

  async function release(agentId: string, bootId: string): Promise<boolean> {
    const earlier = sessions.find(agentId)
    if (!earlier) return false
    if (earlier.link?.bootId !== bootId && (await answersPing(earlier, limits.otherBootPingMs))) return true
    earlier.cut(closeCodes.replaced, 'REPLACED')
    await earlier.recorder.idle()
    return false
  }

  async function askHolder({ signals, holderOf }: OtherGateways, agentId: string, bootId: string): Promise<boolean> {
    const holder = await holderOf(agentId)
    if (holder === null) return false
    const question = randomUUID()
    const { promise: answered, resolve } = Promise.withResolvers<boolean>()
    const deafen = signals.on('released', (released) => {
      if (released.question === question) resolve(released.isOtherBootAlive)
    })
    const asked = signals.send('release', { gatewayId: holder, agentId, bootId, question })
    try {
      // A stalled gateway does not answer. It ends its link when it hears that the agent is connected here.
      return await within(
        limits.otherBootPingMs + roomMs,
        asked.then(() => answered),
        false,
      )
    } finally {
      deafen()
    }
  }

  return {
    async isHeldByOtherBoot(agentId, bootId) {
      if (sessions.find(agentId)) return release(agentId, bootId)
      return others ? askHolder(others, agentId, bootId) : false
    },
    async stop() {
      deaf?.()
    },
  }
}

/** Returns true if the process at the other end answers a ping, or sends anything at all. */
async function answersPing(session: Session, withinMs: number): Promise<boolean> {
  const { socket } = session
  if (socket.readyState !== socket.OPEN) return false
  const settled = new AbortController()
  const answered = Promise.withResolvers<boolean>()
  const yes = () => answered.resolve(true)
  const no = () => answered.resolve(false)
  socket.once('pong', yes)
  socket.once('message', yes)
  socket.once('close', no)
  // A paused socket would not deliver the answer.
  socket.resume()
  socket.ping()
  void pause(withinMs, undefined, { signal: settled.signal }).then(no, () => undefined)
  const isAlive = await answered.promise
  settled.abort()
  socket.off('pong', yes)
  socket.off('message', yes)
  socket.off('close', no)
  if (session.isPaused) socket.pause()
  return isAlive
}
