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

/** What is needed where other gateways run. */
export interface OtherGateways {
  readonly signals: Pick<Signals, 'send' | 'on'>
  /** The other gateway that the agent was linked to last, as far as it is there to be asked. */
  holderOf(agentId: string): Promise<string | null>
}

export interface EarlierLinksOptions {
  readonly sessions: SessionIndex
  readonly gatewayId: string
  readonly limits: GatewayLimits
  readonly logger: Logger
  /** Null: this is the only one. */
  readonly others: OtherGateways | null
}

export interface EarlierLinks extends Running {
  /**
   * Ends the link that the agent had before, here or at another gateway: a socket of the same process is of no use any more.
   * That of another process is asked; true: it answers, and stays. When this resolves, what the earlier link brought is
   * recorded or given up, unless its gateway does not answer.
   */
  isHeldByOtherBoot(agentId: string, bootId: string): Promise<boolean>
}

/** For the question and the answer, beside the ping. */
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
      // A gateway that is stalled says nothing of anybody; it lets go of its socket once it hears of this.
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

/** Whether the process at the other end is there: it answers a ping, or says anything at all. */
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
  // A socket that is not read for now could not show its answer.
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
