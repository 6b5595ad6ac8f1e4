import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { claimPort, freePort, isOurs } from './free-port.ts'
import { writePrivateFile } from './private-file.ts'

/**
 * A port of 127.0.0.1 for each name: that of the last start where it is free, else a new one. Kept in `ports.json`, so
 * that who lives on (agents, clients) finds everything where it was.
 */
export async function keptPorts(dataDir: string, names: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const path = join(dataDir, 'ports.json')
  const kept = await readPorts(path)
  // Also those of names that this start does without: another one may want them again.
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
