import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isFree } from '../free-port.ts'
import { writePrivateFile } from '../private-file.ts'
import { type ScaledService, scaledServices } from '../ready-file.ts'
import type { Scale } from './cluster-size.ts'

/** Where everything of a cluster listens. */
export interface ClusterPorts {
  readonly fronts: { readonly http: number; readonly gateway: number }
  readonly kafka: number
  readonly services: Readonly<Record<ScaledService, readonly number[]>>
}

/** `wanted` of the fronts; 0: any. */
export async function clusterPorts(dataDir: string, scale: Scale, wanted: { http: number; gateway: number }): Promise<ClusterPorts> {
  const slots = scaledServices.map((service) => [service, Array.from({ length: scale[service] }, (_, index) => `${service}-${index + 1}`)] as const)
  const ports = await keptPorts(dataDir, ['http', 'gateway', 'kafka', ...slots.flatMap(([, names]) => names)])
  const of = (name: string): number => ports[name] ?? 0
  return {
    fronts: { http: wanted.http || of('http'), gateway: wanted.gateway || of('gateway') },
    kafka: of('kafka'),
    services: Object.fromEntries(slots.map(([service, names]) => [service, names.map(of)])) as unknown as ClusterPorts['services'],
  }
}

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
export async function keptPorts(dataDir: string, names: readonly string[]): Promise<Readonly<Record<string, number>>> {
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
  return ports
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
