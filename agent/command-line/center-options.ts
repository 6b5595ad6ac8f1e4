import { statSync } from 'node:fs'
import { hostname } from 'node:os'
import type { commandLine } from '@elves/core/foundation/command-line.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import type { SettingName } from '@elves/core/foundation/settings.ts'
import { type AgentSettings, agentSettings } from '../agent-settings.ts'
import { bodyOf, centerRequest } from '../link/center-request.ts'
import { gatewayAddress } from '../link/gateway-address.ts'
import type { LinkAddress } from '../link/link-address.ts'
import type { GatewayTls } from '../link/socket-session.ts'
import { type AgentPlace, environmentOf } from './agent-place.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What commands that talk to the center take on their command line in place of settings. */
export interface CenterCallOptions {
  readonly center?: string
  readonly ca?: string
  readonly pin?: string
  readonly data?: string
  readonly config?: string
  readonly timeout: string
  readonly json?: boolean
}

/** Adds the options of {@link CenterCallOptions} to a command line. */
export function withCenterOptions(command: ReturnType<typeof commandLine>): ReturnType<typeof commandLine> {
  return command
    .option('--center <url>', 'the center: https://host:4140, or the address of its gateway; default ELVES_GATEWAY_URL')
    .option('--ca <file>', "PEM file with the authority of the center's certificate; default ELVES_GATEWAY_CA_FILE")
    .option('--pin <sha256>', "SHA-256 of the center's certificate, as openssl tells it; default ELVES_GATEWAY_CERT_SHA256")
    .option('--data <dir>', "the agent's data folder; default ELVES_AGENT_DATA_DIR")
    .option('--config <file>', 'settings, KEY=value in lines; the environment takes precedence')
    .option('--timeout <s>', 'how long to try to reach the center, in seconds', '30')
    .option('--json', 'print one JSON object instead of text')
}

/** What a command that talks to the center works with. */
export interface CenterCall {
  readonly settings: AgentSettings
  readonly link: Extract<LinkAddress, { readonly kind: 'gateway' }>
  readonly timeoutMs: number
}

/**
 * Reads the settings of the place with what the command line says in their stead. Throws CONFIG_INVALID; also if another user owns the
 * data folder, because the agent could not read what this user would write.
 */
export async function centerCall(
  options: CenterCallOptions,
  more: Partial<Record<SettingName, string>>,
  place: AgentPlace,
  env: Env,
): Promise<CenterCall> {
  const { center, ca, pin, data, config, timeout } = options
  const given: Partial<Record<SettingName, string>> = {
    ...(center !== undefined && { ELVES_GATEWAY_URL: gatewayOf(center) }),
    // How a certificate is known is one choice: what the command line says takes the place of both settings.
    ...((ca !== undefined || pin !== undefined) && { ELVES_GATEWAY_CA_FILE: ca ?? '', ELVES_GATEWAY_CERT_SHA256: pin ?? '' }),
    ...(data !== undefined && { ELVES_AGENT_DATA_DIR: data }),
    ...more,
  }
  const read = readSettings({ ...environmentOf(place, env, config), ...given })
  if (read.ELVES_GATEWAY_URL === '' && read.ELVES_AGENT_LINK !== 'kafka')
    throw invalid('--center (or ELVES_GATEWAY_URL) is missing: where is the center?')
  const settings = agentSettings(read)
  const { link } = settings
  if (link.kind !== 'gateway') throw invalid('ELVES_AGENT_LINK=kafka: this command needs a gateway; an agent on Kafka enrols at its first start')
  if (!/^[1-9]\d{0,4}$/.test(timeout)) throw invalid(`--timeout=${timeout}: expected a number of seconds`)
  checkOwner(settings.dataDir)
  const timeoutMs = Number(timeout) * 1_000
  const url = center === undefined ? link.url : await gatewayOfCenter(link.url, link.tls, timeoutMs)
  return { settings, link: { ...link, url }, timeoutMs }
}

/**
 * Returns the gateway that a center names at its page's address. In a cluster it is at another port; one of an earlier release, or the gateway
 * itself, names none, and is asked at its own `/gateway`. Where it can't be reached now, the link is tried for as long as it may take.
 */
async function gatewayOfCenter(own: string, tls: GatewayTls, timeoutMs: number): Promise<string> {
  const { protocol, host, pathname } = new URL(own)
  if (pathname !== ownPath) return own
  const url = new URL(`${protocol.replace('ws', 'http')}//${host}/agent/gateway`)
  try {
    const response = await centerRequest({ url, tls, signal: AbortSignal.timeout(timeoutMs), silentMs: timeoutMs })
    if (response.statusCode !== 200) return own
    const { url: named } = gatewayAddress((await bodyOf(response, 2_000)).trim())
    // Nobody's word takes the link from TLS to plain text.
    return protocol === 'wss:' && !named.startsWith('wss:') ? own : named
  } catch {
    return own
  }
}

/** Where a gateway is at its own address. */
const ownPath = '/gateway'

/** People know the center by the address of its page. */
function gatewayOf(center: string): string {
  const url = URL.parse(center)
  if (!url || !/^(?:wss?|https?):$/.test(url.protocol) || url.hostname === '') {
    throw invalid(`--center=${center}: expected the address of the center, https://${hostname()}:4140, say`)
  }
  url.protocol = url.protocol.replace('http', 'ws')
  if (url.pathname === '/') url.pathname = ownPath
  return url.href
}

function checkOwner(dataDir: string): void {
  const owner = statSync(dataDir, { throwIfNoEntry: false })?.uid
  const me = process.getuid?.()
  if (owner === undefined || me === undefined || owner === me) return
  throw invalid(`${dataDir} belongs to uid ${owner}: run this as that user, who runs the agent (runuser -u '#${owner}' -- elves-agent …)`)
}

function invalid(message: string): ElvesError {
  return new ElvesError('CONFIG_INVALID', message)
}
