import { ElvesError } from '@elves/core/foundation/errors.ts'
import ipaddr from 'ipaddr.js'

/** Says which addresses deliveries may go to. */
export interface AddressRule {
  /** Returns why a delivery must not go to this address; null if it may. */
  refusal(address: string): string | null
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Public addresses that are no receiver of anybody's: the platform service of Azure answers there with data of the machine. */
const ofPlatforms: ReadonlySet<string> = new Set(['168.63.129.16'])
/** All that the IANA has given out for public use. */
const publicIpv6 = ipaddr.IPv6.parseCIDR('2000::/3')
/** Addresses that a NAT64 gateway turns into the IPv4 address in their last 4 bytes. */
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

/**
 * Public addresses, and those of the given networks: CIDR, comma-separated, or `all`. Everything is refused that is not surely public:
 * loopback, private, link-local (where clouds have their metadata), multicast, reserved. Throws CONFIG_INVALID.
 */
export function addressRule(networks: string): AddressRule {
  if (networks.trim() === 'all') return { refusal: () => null }
  const allowed = networks
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map(networkOf)
  return {
    refusal(text) {
      const address = parsed(text)
      if (!address) return `${text} is no address`
      const isAllowed = allowed.some(([network, bits]) => network.kind() === address.kind() && address.match(network as never, bits))
      return isAllowed ? null : refusalOf(address)
    },
  }
}

function networkOf(text: string): [Address, number] {
  try {
    return ipaddr.parseCIDR(text)
  } catch {
    throw new ElvesError('CONFIG_INVALID', `ELVES_WEBHOOK_NETWORKS: ${text} is no network, as 10.1.0.0/16 is one`)
  }
}

/** Returns the address that is really reached: an IPv4 address in one of IPv6 is that one. */
function parsed(text: string): Address | null {
  const [bare = ''] = text.split('%')
  // Only the usual notation: 127.1 and 0x7f000001 are loopback too, for some.
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return null
  const address = ipaddr.parse(bare)
  if (!isIpv6(address)) return address
  if (address.isIPv4MappedAddress()) return address.toIPv4Address()
  return address.match(nat64) ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address
}

function isIpv6(address: Address): address is ipaddr.IPv6 {
  return address.kind() === 'ipv6'
}

function refusalOf(address: Address): string | null {
  const text = address.toString()
  const range = address.range()
  if (range !== 'unicast') return `${text} is not public (${range})`
  if (isIpv6(address) && !address.match(publicIpv6)) return `${text} is not public`
  return ofPlatforms.has(text) ? `${text} is a cloud's own` : null
}
