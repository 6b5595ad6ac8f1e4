import { promises as dns, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import type { AddressRule } from './address-rule.ts'

/** A host whose addresses deliveries must not go to. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED'
}

/**
 * Looks up names for the connections of deliveries, and returns only addresses that the rule lets pass: the very ones that are then
 * connected to, so a name that is answered otherwise the next time gains nothing.
 */
export function checkedLookup(rule: AddressRule): LookupFunction {
  return (hostname, { all, family }, callback) => {
    addressesOf(hostname).then(
      (found) => {
        const fitting = found.filter((one) => !family || one.family === family)
        const passed = fitting.filter(({ address }) => rule.refusal(address) === null)
        const [first] = passed
        if (!first) {
          const refusal = fitting.map(({ address }) => rule.refusal(address)).find((text) => text !== null)
          callback(refusal ? new AddressRefused(`${hostname}: ${refusal}`) : noAddress(hostname), '', 4)
        } else if (all) callback(null, passed)
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 4),
    )
  }
}

/** A slow name server must not keep the threads that the lookup of the operating system takes: all other lookups wait for them. */
const resolver = new dns.Resolver({ timeout: 3_000, tries: 2 })
const passesOn: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED', 'ENONAME', 'EBADNAME'])

async function addressesOf(hostname: string): Promise<readonly LookupAddress[]> {
  const family = isIP(hostname)
  if (family !== 0) return [{ address: hostname, family }]
  // Names of the host file, and those of a network of containers, are known to the operating system only.
  if (!hostname.includes('.')) return dns.lookup(hostname, { all: true })
  const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
  const found = answers.flatMap((answer, index) => {
    return answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family: index === 0 ? 4 : 6 })) : []
  })
  if (found.length > 0) return found
  const [error] = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as NodeJS.ErrnoException] : []))
  if (!passesOn.has(error?.code ?? '')) throw error
  return dns.lookup(hostname, { all: true })
}

function noAddress(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' })
}
