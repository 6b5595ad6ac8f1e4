import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { claimPort, freePort, isOurs } from './free-port.ts'
import { writePrivateFile } from './private-file.ts'

/**
 * Returns a port of 127.0.0.1 for each name: the port of the last start if it is free, else a new one. Keeps them in
 * `ports.json`, so that agents and clients that still run find everything where it was.
 */
export async function keptPorts(dataDir: string, names: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const path = join(dataDir, 'ports.json')
  const kept = await readPorts(path)
  // Also claims the ports of names that this start does not use: a later start may want them again.
  for (const port of Object.values(kept)) await claimPort(port)
  const ports: Record<string, number> = {}
  for (const name of names) {
    const last = kept[name]
    ports[name] = last !== undefined && (await isOurs(last)) ? last : await freePort()
  }
  await writePrivateFile(path, `${JSON.stringify({ ...kept, ...ports }, null, 2)}\n`)
  return ports
}

async function readPorts(path: string): Promise<Readonly<Record<string, number>>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, number>
  } catch {
    return {}
  }
}
