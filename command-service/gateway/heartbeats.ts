import type { Logger } from '@elves/core/foundation/log.ts'
import { Tries } from '@elves/core/foundation/outages.ts'
import type { AgentLiveness, Sighting } from '../agents/agent-liveness.ts'
import type { Session } from './session.ts'

export interface Heartbeats {
  /** Remembers for the next write when the session was last heard of. */
  departed(session: Session): void
  /** Writes all agents that were heard of since the last write, in one upsert. Never rejects. */
  flush(): Promise<void>
}

/** Writes down when the agents of this gateway were last heard of. */
export function heartbeats(sessions: ReadonlySet<Session>, liveness: Pick<AgentLiveness, 'seen'>, logger: Logger): Heartbeats {
  const tries = new Tries(logger)
  let gone: Session[] = []
  let flushedAtMs = performance.now()
  let flushing: Promise<void> | null = null

  async function write(): Promise<void> {
    const now = performance.now()
    const departures = gone
    gone = []
    const heard = [...departures, ...sessions].filter((session) => session.link !== null && session.seenAtMs > flushedAtMs)
    try {
      await liveness.seen(newest(heard.map((session) => sighting(session, now))))
      flushedAtMs = now
      tries.over()
    } catch (error) {
      gone.push(...departures)
      if (!tries.failed(error)) logger.warn({ err: error, agents: heard.length }, 'heartbeats were not written; next time')
    }
  }

  return {
    departed: (session) => void (session.link && gone.push(session)),
    flush() {
      flushing ??= write().finally(() => {
        flushing = null
      })
      return flushing
    },
  }
}

function sighting(session: Session, nowMs: number): Sighting {
  const { agentId = '', sessionId = '' } = session.link ?? {}
  return { agentId, sessionId, silentMs: nowMs - session.seenAtMs }
}

/** Keeps the newest sighting of each agent, because an upsert may touch a row only once. */
function newest(sightings: readonly Sighting[]): Sighting[] {
  const byAgent = new Map<string, Sighting>()
  for (const one of sightings) {
    const other = byAgent.get(one.agentId)
    if (!other || one.silentMs <= other.silentMs) byAgent.set(one.agentId, one)
  }
  return [...byAgent.values()]
}
