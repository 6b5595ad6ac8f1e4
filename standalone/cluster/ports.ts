import { keptPorts } from '../kept-ports.ts'
import { type ScaledService, scaledServices } from '../ready-file.ts'
import type { Scale } from './cluster-size.ts'

/** The ports of a cluster. */
export interface ClusterPorts {
  readonly fronts: { readonly http: number; readonly gateway: number }
  readonly kafka: number
  readonly services: Readonly<Record<ScaledService, readonly number[]>>
}

/** Chooses all ports. `wanted` is for the fronts; 0 means any free port. */
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
