import { get } from 'node:http'

/** What an instance last said of itself: that it can work, that it can not now, or nothing. */
export type HealthState = 'ready' | 'alive' | 'silent'

export interface Health {
  state(): HealthState
  /** Somebody was refused: it is not there, until it answers again. */
  refused(): void
  stop(): void
}

export interface WatchHealth {
  readonly port: number
  /** It takes connections and answers none, several times in a row. */
  readonly onHanging: () => void
  readonly everyMs?: number
  readonly timeoutMs?: number
}

/** So often in a row: one late answer of a busy machine is none of hanging. */
const timeoutsOfHanging = 3

/** Asks `/readyz` of an instance on 127.0.0.1 again and again. */
export function watchHealth({ port, onHanging, everyMs = 250, timeoutMs = 1_000 }: WatchHealth): Health {
  let state: HealthState = 'silent'
  let timeouts = 0
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  const ask = async () => {
    const answer = await asked(port, timeoutMs)
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
    },
  }
}

function asked(port: number, timeoutMs: number): Promise<'ready' | 'alive' | 'timeout' | 'refused'> {
  return new Promise((resolve) => {
    const request = get({ port, host: '127.0.0.1', path: '/readyz', agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode === 200 ? 'ready' : 'alive')
    })
    request.on('error', () => resolve('refused'))
    // Not the socket's own timeout: that one would begin anew with each byte.
    const timer = setTimeout(() => {
      resolve('timeout')
      request.destroy()
    }, timeoutMs)
    request.once('close', () => clearTimeout(timer))
  })
}
