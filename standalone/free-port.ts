import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { SettingName } from '@elves/core/foundation/settings.ts'
import { listenError } from '@elves/core/foundation/start-error.ts'

/**
 * Returns the port to listen on, checked before anything is started; throws PORT_IN_USE, PORT_FORBIDDEN, ADDRESS_NOT_HERE. If any port
 * will do (0), it prefers the port of the last run, so that an agent which still runs since then finds the gateway again.
 */
export async function requireFreePort(
  wanted: number,
  last: number | null,
  setting: SettingName = 'ELVES_HTTP_PORT',
  address = '127.0.0.1',
): Promise<number> {
  if (wanted === 0) return last !== null && (await isOurs(last)) ? last : freePort()
  const refusal = await refusalOf(wanted, address)
  if (refusal === null) return wanted
  throw listenError(refusal, setting)
}

/** Returns true if this process can listen on the port now. */
export async function isFree(port: number): Promise<boolean> {
  return (await refusalOf(port)) === null
}

/** Returns the error of listening on the port; null if it works. */
function refusalOf(port: number, address = '127.0.0.1'): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', resolve)
    probe.listen(port, address, () => probe.close(() => resolve(null)))
  })
}

/**
 * Ports that this process has claimed. Each claim is a socket in the abstract namespace, which the kernel closes when the process
 * ends. Between choosing a port and listening on it, and again while a killed server is restarted, nobody listens: without claims,
 * two platforms that start at the same time could choose the same port.
 */
const claimed = new Set<number>()

/** Claims a port for the life of this process; returns false if another Elves process has claimed it. Only Linux has such claims. */
export async function claimPort(port: number): Promise<boolean> {
  if (claimed.has(port)) return true
  if (process.platform === 'linux' && !(await listensAt(`\0elves-port-${port}`))) return false
  claimed.add(port)
  return true
}

/** Claims a port if nobody listens there; returns false if another process has it. */
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
 * Ports from `lowest` to below `end`. They lie outside the range that the system uses for outgoing connections, because
 * such a connection could take the port of a server that is restarting.
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
