import { Agent, get } from 'node:http'

/** An instance's last answer: it can work (`ready`), it can not now (`alive`), or none (`silent`). */
export type HealthState = 'ready' | 'alive' | 'silent'

export interface Health {
  state(): HealthState
  /** Call this when the instance refused a connection: it counts as silent until it answers again. */
  refused(): void
  stop(): void
}

export interface WatchHealth {
  readonly port: number
  /** Called when the instance takes connections but answered none, several times in a row. */
  readonly onHanging: () => void
  readonly everyMs?: number
  readonly timeoutMs?: number
}

/** Timeouts in a row that count as hanging: one late answer of a busy machine does not. */
const timeoutsOfHanging = 3

/** Asks an instance on 127.0.0.1 for `/readyz` again and again. */
export function watchHealth({ port, onHanging, everyMs = 250, timeoutMs = 1_000 }: WatchHealth): Health {
  let state: HealthState = 'silent'
  let timeouts = 0
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  // A connection for each look would cost both sides more than the look.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = async () => {
    const answer = await asked({ port, agent, timeoutMs })
    if (isStopped) return
    state = answer === 'timeout' || answer === 'refused' ? 'silent' : answer
    timeouts = answer === 'timeout' ? timeouts + 1 : 0
    if (timeouts >= timeoutsOfHanging) onHanging()
    timer = setTimeout(ask, everyMs)
  }
  void ask()
  return {
    state: () => state,
    refused() {
      state = 'silent'
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
      agent.destroy()
    },
  }
}

interface Asked {
  readonly port: number
  readonly agent: Agent
  readonly timeoutMs: number
}

function asked({ port, agent, timeoutMs }: Asked): Promise<'ready' | 'alive' | 'timeout' | 'refused'> {
  return new Promise((resolve) => {
    const request = get({ port, host: '127.0.0.1', path: '/readyz', agent }, (response) => {
      // The next look needs the connection.
      response.resume().once('end', () => resolve(response.statusCode === 200 ? 'ready' : 'alive'))
      response.once('close', () => resolve('refused'))
    })
    request.on('error', () => resolve('refused'))
    // Not the socket's own timeout: each byte would restart it.
    const timer = setTimeout(() => {
      resolve('timeout')
      request.destroy()
    }, timeoutMs)
    request.once('close', () => clearTimeout(timer))
  })
}
