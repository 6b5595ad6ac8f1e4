import { join } from 'node:path'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { hostList } from '@elves/core/http/host-guard.ts'
import { type ListenAddress, listenAddress } from '@elves/core/http/listen-address.ts'
import { freePort } from '../free-port.ts'
import { type DoorCertificate, doorCertificate } from './door-certificate.ts'
import { ownNames } from './own-names.ts'

/** A door for other machines before it is opened. */
export interface PreparedDoor {
  readonly listen: ListenAddress
  /** Host names and addresses that requests may name there. */
  readonly names: readonly string[]
  readonly certificate: DoorCertificate
  /** Where `ca.pem`, `cert.pem` and `key.pem` of the certificate are. */
  readonly folder: string
  /** Settings of the edge, so that what it hands to hosts names this door. */
  readonly edge: Pick<Settings, 'ELVES_PUBLIC_URL' | 'ELVES_PUBLIC_CA_FILE' | 'ELVES_PUBLIC_PIN'>
}

/** Returns the door that the settings ask for, with its certificate in `<data dir>/tls`; null if they ask for none. Throws CONFIG_INVALID, CERTIFICATE_NOT_MADE. */
export async function preparedDoor(settings: Settings, dataDir: string): Promise<PreparedDoor | null> {
  const wanted = listenAddress(settings.ELVES_LISTEN)
  if (wanted === null) return null
  const listen = { ...wanted, port: wanted.port === 0 ? await freePort() : wanted.port }
  const names = ownNames(listen.address, hostList(settings.ELVES_ALLOWED_HOSTS))
  const folder = join(dataDir, 'tls')
  const certificate = await doorCertificate(folder, names)
  const [first = ''] = names
  const edge = {
    ELVES_PUBLIC_URL: settings.ELVES_PUBLIC_URL || `https://${first.includes(':') ? `[${first}]` : first}:${listen.port}`,
    ELVES_PUBLIC_CA_FILE: settings.ELVES_PUBLIC_CA_FILE || join(folder, 'ca.pem'),
    ELVES_PUBLIC_PIN: settings.ELVES_PUBLIC_PIN || certificate.pin,
  }
  return { listen, names, certificate, folder, edge }
}
