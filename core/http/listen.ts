import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { SettingName } from '../foundation/settings.ts'
import { listenError } from '../foundation/start-error.ts'

export interface Listen {
  readonly host: string
  readonly port: number
  /** The setting that has the port, for the error message. */
  readonly setting: SettingName
}

/** Returns the URL. Throws PORT_IN_USE, PORT_FORBIDDEN, ADDRESS_NOT_HERE. */
export async function listen(server: FastifyInstance, { host, port, setting }: Listen): Promise<string> {
  try {
    await server.listen({ host, port })
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, setting)
  }
  const { address, port: given } = server.server.address() as AddressInfo
  return `http://${address.includes(':') ? `[${address}]` : address}:${given}`
}
