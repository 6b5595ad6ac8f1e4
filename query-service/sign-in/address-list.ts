import { BlockList, isIP } from 'node:net'
import { ElvesError } from '@elves/core/foundation/errors.ts'

/** Returns the addresses and networks of a setting. Throws CONFIG_INVALID for what is no address, and for all of them. */
export function addressList(setting: string, addresses: readonly string[], who: string): BlockList {
  const list = new BlockList()
  for (const text of addresses) {
    const [address = '', bits] = text.split('/')
    const family = isIP(address)
    const most = family === 6 ? 128 : 32
    const prefix = bits === undefined ? most : Number(bits)
    if (family === 0 || prefix > most) throw invalid(`${setting}=${text}: expected an address, or a network such as 10.0.1.0/24`)
    if (prefix === 0) throw invalid(`${setting}=${text}: that is everybody; name the addresses of ${who}`)
    list.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}

export function isListed(list: BlockList, address: string): boolean {
  const family = isIP(address)
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

function invalid(message: string): ElvesError {
  return new ElvesError('CONFIG_INVALID', message)
}
