import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { AgentPackage } from './package-store.ts'

const template = readFileSync(join(import.meta.dirname, 'install.sh'), 'utf8')

export interface InstallScript {
  /** Where the host reaches the center: scheme, host and port. */
  readonly center: string
  /** What agents get as ELVES_GATEWAY_URL. */
  readonly gateway: string
  readonly release: string
  readonly packages: readonly AgentPackage[]
  /** The authority of the center's certificate, PEM; '' where hosts trust it by themselves. */
  readonly authority: string
}

/** Returns the script that installs the agent of this release on a host, with the SHA-256 of what it fetches. */
export function installScript({ center, gateway, release, packages, authority }: InstallScript): string {
  const named = new Map(packages.map((one) => [one.name, one]))
  const lines = ['x64', 'arm64'].flatMap((architecture) => {
    const found = named.get(`elves-agent-${release}-linux-${architecture}.tar.gz`)
    return found === undefined ? [] : [`${architecture} ${found.sha256} ${found.name}`]
  })
  const values = { CENTER: center, GATEWAY: gateway, RELEASE: release, PACKAGES: lines.join('\n'), AUTHORITY: authority.trim() }
  return template.replaceAll(/'@([A-Z]+)@'/g, (_, name: keyof typeof values) => shellWord(values[name]))
}

/**
 * Returns the line to paste on a host, as root, that installs the agent and lets it join with this token. `pin` is the SHA-256 of the
 * public key of the center's certificate, base64; '' where hosts trust the certificate by themselves.
 */
export function installLine(center: string, joinToken: string, pin = ''): string {
  const trust = pin === '' ? '' : ` -k --pinnedpubkey ${shellWord(`sha256//${pin}`)}`
  return `curl -fsS${trust} ${shellWord(`${center}/agent/install.sh`)} | ELVES_JOIN_TOKEN=${shellWord(joinToken)} sh`
}

/** Nothing that comes from a request may become a command of a shell. */
function shellWord(text: string): string {
  if (!/^[\w.:/?=&%@,\n [\]+-]*$/.test(text)) throw new ElvesError('BAD_REQUEST', 'the address of the center has characters that no address has')
  return `'${text}'`
}
