import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { SettingName } from '@elves/core/foundation/settings.ts'
import { listenError } from '@elves/core/foundation/start-error.ts'
import { connectionTimes } from '@elves/core/http/connection-times.ts'
import { type Health, watchHealth } from './health.ts'

/** One port in front of several instances of a service. */
export interface Front extends Running {
  readonly port: number
  /** Number of connected clients. */
  clients(): number
  /** Takes no more connections; open ones go on. `stop` ends them too. */
  close(): Promise<void>
}

export interface FrontOptions {
  readonly name: string
  /** 0 means any free port. */
  readonly port: number
  /** The setting that holds the port; named in the error if the port is in use. */
  readonly setting?: SettingName
  /** Ports of 127.0.0.1 of the instances. */
  readonly instancePorts: readonly number[]
  readonly logger: Logger
  readonly health?: HealthOptions
  readonly lingerMs?: number
}

export type HealthOptions = Partial<Pick<Parameters<typeof watchHealth>[0], 'everyMs' | 'timeoutMs'>>

const connectTimeoutMs = 1_000
/** How long a client waits while every instance refuses. A killed instance is restarted in less time. */
const patienceMs = 10_000
const retryMs = 100
/** How long the rest of an answer is kept for a client after its instance has closed the connection. */
const defaultLingerMs = 30_000

interface Target {
  readonly port: number
  readonly health: Health
  readonly connections: Set<Socket>
}

/**
 * Spreads TCP connections over the instances in turn: those that say they are ready first, then those that answer at
 * all, then the rest. It reads nothing from a client before an instance has taken the connection, so it can safely try
 * another instance. It cuts connections to an instance that hangs: their clients retry and reach another instance.
 * Throws PORT_IN_USE, PORT_FORBIDDEN.
 */
export async function front(options: FrontOptions): Promise<Front> {
  const { name, port, setting, instancePorts, logger: parent, health = {}, lingerMs = defaultLingerMs } = options
  const logger = parent.child({ part: `front ${name}` })
  const targets = instancePorts.map((instancePort): Target => {
    const connections = new Set<Socket>()
    const onHanging = () => {
      if (connections.size > 0) logger.warn({ port: instancePort, connections: connections.size }, 'an instance hangs: its connections are cut')
      for (const socket of connections) socket.destroy()
    }
    return { port: instancePort, connections, health: watchHealth({ port: instancePort, onHanging, ...health }) }
  })
  const clients = new Set<Socket>()
  let turn = 0
  const server = createServer({ pauseOnConnect: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: connectionTimes.probeMs }, (client) => {
    clients.add(client)
    client.on('error', () => client.destroy()).once('close', () => clients.delete(client))
    void serve(client, () => inOrder(targets, turn++), lingerMs)
  })
  await listens(server, port, setting)
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()))
  const close = async () => void server.close()
  return {
    port: (server.address() as AddressInfo).port,
    clients: () => clients.size,
    close,
    async stop() {
      await close()
      for (const { health: watched } of targets) watched.stop()
      for (const client of clients) client.destroy()
      await closed
    },
  }
}

/** Sorts the best first, and equal ones in turn. */
function inOrder(targets: readonly Target[], turn: number): Target[] {
  const start = turn % targets.length
  const turned = [...targets.slice(start), ...targets.slice(0, start)]
  const ranks = { ready: 0, alive: 1, silent: 2 } as const
  return turned.sort((a, b) => ranks[a.health.state()] - ranks[b.health.state()])
}

async function serve(client: Socket, candidates: () => readonly Target[], lingerMs: number): Promise<void> {
  const giveUpAt = performance.now() + patienceMs
  do {
    for (const target of candidates()) {
      if (client.destroyed) return
      const instance = await connected(target)
      if (instance !== null) return join(client, instance, target, lingerMs)
    }
    await delay(retryMs)
  } while (performance.now() < giveUpAt && !client.destroyed)
  client.destroy()
}

/** Returns null if the instance refuses, or does not take the connection in time. */
function connected({ port, health }: Target): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const refused = () => {
      health.refused()
      socket.destroy()
      resolve(null)
    }
    socket.setTimeout(connectTimeoutMs, refused)
    socket.once('error', refused)
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.off('error', refused)
      socket.on('error', () => socket.destroy())
      resolve(socket)
    })
  })
}

function join(client: Socket, instance: Socket, { connections }: Target, lingerMs: number): void {
  connections.add(instance)
  instance.once('close', () => {
    connections.delete(instance)
    endSoon(client, lingerMs)
  })
  client.once('close', () => endSoon(instance, lingerMs))
  if (client.destroyed) instance.destroy()
  instance.pipe(client)
  client.pipe(instance)
}

/** Sends what is still on its way, then closes the socket; after `lingerMs` the rest is dropped. */
function endSoon(socket: Socket, lingerMs: number): void {
  if (socket.destroyed) return
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
  socket.destroySoon()
}

function listens(server: Server, port: number, setting?: SettingName): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, setting)))
    server.listen(port, '127.0.0.1', () => resolve())
  })
}
