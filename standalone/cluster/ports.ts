import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isFree } from '../free-port.ts'
import { writePrivateFile } from '../private-file.ts'

/**
 * Below the ports that systems give to outgoing connections: one of those could take the place of an instance while it
 * starts again.
 */
const lowest = 20_000
const highest = 32_000

/**
 * A port of 127.0.0.1 for each name: that of the last start where it is free, else a new one. Kept in `ports.json`, so
 * that who lives on (agents, clients) finds everything where it was.
 */
export async function keptPorts<Name extends string>(dataDir: string, names: readonly Name[]): Promise<Readonly<Record<Name, number>>> {
  const path = join(dataDir, 'ports.json')
  const kept = await readPorts(path)
  const taken = new Set(Object.values(kept))
  const ports: Record<string, number> = {}
  for (const name of names) {
    const last = kept[name]
    const port = last !== undefined && (await isFree(last)) ? last : await newPort(taken)
    taken.add(port)
    ports[name] = port
  }
  await writePrivateFile(path, `${JSON.stringify({ ...kept, ...ports }, null, 2)}\n`)
  return ports as Record<Name, number>
}

async function readPorts(path: string): Promise<Readonly<Record<string, number>>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, number>
  } catch {
    return {}
  }
}

async function newPort(taken: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest)
    if (!taken.has(port) && (await isFree(port))) return port
  }
}
