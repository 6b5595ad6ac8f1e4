import { isIP } from 'node:net'
import { ElvesError } from '../foundation/errors.ts'

/** Where the door for other machines is. */
export interface ListenAddress {
  readonly address: string
  /** 0: any free one. */
  readonly port: number
}

const usualDoorPort = 4140

/** Reads `0.0.0.0`, `10.0.0.5:4140` or `[::]:4140`; null if the text is empty. Throws CONFIG_INVALID. */
export function listenAddress(text: string): ListenAddress | null {
  if (text === '') return null
  const [, inBrackets, plain, port = String(usualDoorPort)] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? []
  const address = inBrackets ?? plain ?? ''
  if (isIP(address) !== 0 && Number(port) <= 65_535) return { address, port: Number(port) }
  const name = 'ELVES_LISTEN'
  throw new ElvesError('CONFIG_INVALID', `${name}=${text}: expected an address of this machine, with a port or without: 0.0.0.0, 10.0.0.5:4140`, {
    facts: { name },
  })
}
