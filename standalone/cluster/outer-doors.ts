import { join } from 'node:path'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { listenAddress } from '@elves/core/http/listen-address.ts'
import type { Given } from '../agent-env.ts'
import { freePort, requireFreePort } from '../free-port.ts'
import { preparedDoor } from '../listening/prepared-door.ts'
import type { Env } from '../runner/plan.ts'

/**
 * The doors of a cluster for other machines, over TLS: one to query-service, one to the gateways. All instances of a service listen at
 * its door, and the system spreads the connections; so a gateway sees from which address an agent comes, and no process has all of TLS.
 */
export interface OuterDoors {
  /** `https://host:port` of query-service, as other machines reach it. */
  readonly url: string
  /** `wss://host:port/gateway`. */
  readonly gatewayUrl: string
  /** Settings of each instance of query-service. */
  readonly queryService: Given
  /** Settings of each gateway. */
  readonly gateway: Given
}

type DoorOptions = { readonly settings: Settings; readonly env: Env }

/** Throws PORT_IN_USE, PORT_FORBIDDEN, ADDRESS_NOT_HERE, CONFIG_INVALID. Instances share their ports, so nobody else would notice. */
export async function requireFreeDoors({ settings, env }: DoorOptions): Promise<void> {
  const listen = listenAddress(settings.ELVES_LISTEN)
  if (listen === null) return
  const { address, port } = listen
  const ofGateways = gatewayPort(settings, env, port)
  if (port !== 0) await requireFreePort(port, null, 'ELVES_LISTEN', address)
  if (ofGateways !== 0) await requireFreePort(ofGateways, null, 'ELVES_GATEWAY_TLS_PORT', address)
}

/** Returns the doors that the settings ask for; null if they ask for none. Throws CONFIG_INVALID, CERTIFICATE_NOT_MADE. */
export async function outerDoors({ settings, env, dataDir }: DoorOptions & { readonly dataDir: string }): Promise<OuterDoors | null> {
  const door = await preparedDoor(settings, dataDir)
  if (door === null) return null
  const { listen, names, edge, folder } = door
  const { address, port } = listen
  const ofGateways = gatewayPort(settings, env, listenAddress(settings.ELVES_LISTEN)?.port ?? 0) || (await freePort())
  const { hostname } = new URL(edge.ELVES_PUBLIC_URL)
  const gatewayUrl = settings.ELVES_PUBLIC_GATEWAY_URL || `wss://${hostname}:${ofGateways}/gateway`
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const both: Given = { ELVES_ALLOWED_HOSTS: names.join(','), ELVES_SHARED_PORTS: 'on' }
  return {
    url: edge.ELVES_PUBLIC_URL,
    gatewayUrl,
    queryService: {
      ...both,
      ...edge,
      ELVES_PUBLIC_GATEWAY_URL: gatewayUrl,
      ELVES_LISTEN: `${address.includes(':') ? `[${address}]` : address}:${port}`,
      ELVES_LISTEN_CERT_FILE: cert,
      ELVES_LISTEN_KEY_FILE: key,
    },
    gateway: {
      ...both,
      ELVES_GATEWAY_TLS_HOST: address,
      ELVES_GATEWAY_TLS_PORT: String(ofGateways),
      ELVES_GATEWAY_TLS_CERT_FILE: cert,
      ELVES_GATEWAY_TLS_KEY_FILE: key,
    },
  }
}

/** Any free port (0) where the other door takes any, unless one is set. */
function gatewayPort(settings: Settings, env: Env, ofQueryService: number): number {
  return ofQueryService === 0 && !env['ELVES_GATEWAY_TLS_PORT'] ? 0 : settings.ELVES_GATEWAY_TLS_PORT
}
