import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { SettingName } from '@elves/core/foundation/settings.ts'
import { listenError } from '@elves/core/foundation/start-error.ts'

/**
 * The port to listen on, checked before anything is started; throws PORT_IN_USE, PORT_FORBIDDEN. Where any will do (0), the one of the
 * last run is preferred, so that an agent which lives on from it finds the gateway again.
 */
export async function requireFreePort(wanted: number, last: number | null, setting: SettingName = 'ELVES_HTTP_PORT'): Promise<number> {
  if (wanted === 0) return last !== null && (await isOurs(last)) ? last : freePort()
  const refusal = await refusalOf(wanted)
  if (refusal === null) return wanted
  throw listenError(refusal, setting)
}

/** Whether one may listen there now. */
export async function isFree(port: number): Promise<boolean> {
  return (await refusalOf(port)) === null
}

/** Why one may not listen there; null where one may. */
function refusalOf(port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', resolve)
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(null)))
  })
}

/**
 * Ports that this process has spoken for, each with a socket in the abstract namespace that the kernel closes at the end of
 * the process. Between the choice of a port and the moment when its user listens there, and again while a killed user starts
 * anew, nobody listens: two platforms that start at the same time would choose the same one.
 */
const claimed = new Set<number>()

/** Claims a port for as long as this process lives; false where another process of ours has it. Only Linux has such claims. */
export async function claimPort(port: number): Promise<boolean> {
  if (claimed.has(port)) return true
  if (process.platform === 'linux' && !(await listensAt(`\0elves-port-${port}`))) return false
  claimed.add(port)
  return true
}

/** Claims a port where nobody listens; false where it is somebody else's. */
export async function isOurs(port: number): Promise<boolean> {
  return (await claimPort(port)) && (await isFree(port))
}

/** A port of 127.0.0.1 where nobody listens, claimed by this process. */
export async function freePort(): Promise<number> {
  const [lowest, end] = await portRange()
  for (;;) {
    const port = randomInt(lowest, end)
    if (!claimed.has(port) && (await isOurs(port))) return port
  }
}

/**
 * From the first to before the second: outside of the ports that the system gives to outgoing connections, one of which could
 * take the place of a server that starts again.
 */
async function portRange(): Promise<readonly [lowest: number, end: number]> {
  const text = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'latin1').catch(() => '')
  const [first = 32_768, last = 60_999] = text.trim().split(/\s+/).filter(Boolean).map(Number)
  if (first >= 22_000) return [20_000, Math.min(first, 32_000)]
  return last < 63_000 ? [last + 1, 65_536] : [20_000, 32_000]
}

function listensAt(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', () => resolve(false))
    server.listen(address, () => {
      server.unref()
      resolve(true)
    })
  })
}
