import { createServer } from 'node:net'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { SettingName } from '@elves/core/foundation/settings.ts'

/**
 * The port to listen on, checked before anything is started; throws PORT_IN_USE. Where any will do (0), the one of the
 * last run is preferred, so that an agent which lives on from it finds the gateway again.
 */
export async function requireFreePort(wanted: number, last: number | null, setting: SettingName = 'ELVES_HTTP_PORT'): Promise<number> {
  if (wanted === 0) return last !== null && (await isFree(last)) ? last : 0
  if (await isFree(wanted)) return wanted
  throw portInUse(wanted, setting)
}

export function portInUse(port: number, setting: SettingName = 'ELVES_HTTP_PORT'): ElvesError {
  const remedy = `Stop what listens there, or set ${setting} to another port (0: any free one).`
  return new ElvesError('PORT_IN_USE', `Port ${port} of 127.0.0.1 is in use. ${remedy}`, { facts: { port } })
}

/** A port of 127.0.0.1 that nobody listened on a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** Whether nothing listens there now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
