import { type Client, createClient } from 'graphql-ws'
import { sharedValue } from '../shared-value.ts'
import { heedCode } from './admission.ts'

/** Whether changes arrive: `lost` until the connection is back, which is tried again for as long as the page is open. */
export type ConnectionState = 'connecting' | 'live' | 'lost'

const state = sharedValue<ConnectionState>('connecting')

const pingEveryMs = 10_000
const pongWithinMs = 5_000
const longestWaitMs = 5_000
/** Nobody has signed in, or the session has ended. */
const unauthenticatedClose = 4401

/** The one socket of the page. It stays open also where nothing is followed, so that the page can say whether it is. */
export const socket: Client = openSocket()

function openSocket(): Client {
  let silent: ReturnType<typeof setTimeout> | undefined
  const url = new URL('/graphql', location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const client = createClient({
    url: url.href,
    lazy: false,
    keepAlive: pingEveryMs,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => waited(Math.min(longestWaitMs, 250 * 2 ** retries) * (0.5 + Math.random() / 2)),
    onNonLazyError: () => state.set('lost'),
    on: {
      connected: () => state.set('live'),
      closed: (event) => {
        clearTimeout(silent)
        state.set('lost')
        if ((event as CloseEvent).code === unauthenticatedClose) heedCode('UNAUTHENTICATED')
      },
      ping: (isReceived) => {
        if (isReceived) return
        clearTimeout(silent)
        silent = setTimeout(() => client.terminate(), pongWithinMs)
      },
      pong: () => clearTimeout(silent),
    },
  })
  // The browser knows at once; the missing pong would tell after some seconds.
  addEventListener('offline', () => client.terminate())
  return client
}

/** Also ends when the browser is online again. */
function waited(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    addEventListener(
      'online',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}

export const useConnection = state.use
