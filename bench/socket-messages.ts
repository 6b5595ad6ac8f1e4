import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Segments with data that a connection carried so far. On the loopback, one write is one segment. */
interface Connection {
  /** Local and peer address of the client's end, which tell connections apart. */
  readonly key: string
  readonly pid: number
  readonly port: number
  readonly sent: number
  readonly received: number
}

export interface Messages {
  readonly sent: number
  readonly received: number
}

export type Counted = readonly Connection[]

const run = promisify(execFile)

/** Counts what the kernel knows of all connections to these ports of this machine. Needs `ss` of iproute2. */
export async function countedConnections(ports: readonly number[]): Promise<Counted> {
  const filter = ports.map((port) => `dport = :${port}`).join(' or ')
  const { stdout } = await run('ss', ['-tinpHO', 'state', 'established', `( ${filter} )`], { maxBuffer: 64 * 1024 * 1024 })
  return stdout.split('\n').flatMap((line) => {
    const [, , local = '', peer = ''] = line.trim().split(/\s+/)
    const pid = Number(/pid=(\d+)/.exec(line)?.[1] ?? 0)
    if (pid === 0) return []
    const count = (name: string) => Number(new RegExp(`\\b${name}:(\\d+)`).exec(line)?.[1] ?? 0)
    const port = Number(peer.slice(peer.lastIndexOf(':') + 1))
    return [{ key: `${local} ${peer}`, pid, port, sent: count('data_segs_out'), received: count('data_segs_in') }]
  })
}

/** What the connections of these processes to a port carried between two counts. One that was closed meanwhile is left out. */
export function messagesBetween(before: Counted, after: Counted, pids: readonly number[], port: number): Messages {
  const earlier = new Map(before.map((connection) => [connection.key, connection]))
  const ours = after.filter((connection) => connection.port === port && pids.includes(connection.pid))
  const sum = (of: 'sent' | 'received') => ours.reduce((total, connection) => total + connection[of] - (earlier.get(connection.key)?.[of] ?? 0), 0)
  return { sent: sum('sent'), received: sum('received') }
}
