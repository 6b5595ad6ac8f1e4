import { hostname, networkInterfaces } from 'node:os'

/**
 * Returns the names by which other machines reach a door at this address: those that are set, the host name, and the address, or for
 * `0.0.0.0` and `::` all addresses of this machine. Those that another machine is most likely to use come first.
 */
export function ownNames(address: string, given: readonly string[]): readonly string[] {
  return [...new Set([...given, ...addressesOf(address), hostname().toLowerCase(), 'localhost', '127.0.0.1'])]
}

function addressesOf(address: string): string[] {
  if (address !== '0.0.0.0' && address !== '::') return [address]
  const all = Object.values(networkInterfaces()).flatMap((own = []) => own)
  // A link-local address is of no use without the name of the caller's interface.
  const usable = all.filter(({ internal, family, address: one }) => !internal && (family === 'IPv4' || (address === '::' && !one.startsWith('fe80'))))
  return usable.toSorted((a, b) => a.family.localeCompare(b.family)).map((one) => one.address)
}
