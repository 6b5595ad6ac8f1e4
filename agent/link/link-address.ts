import { readFileSync } from 'node:fs'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { SettingName, Settings } from '@elves/core/foundation/settings.ts'
import { type KafkaSettings, kafkaSettings } from '@elves/core/kafka/kafka-settings.ts'
import { gatewayAddress } from './gateway-address.ts'
import type { GatewayTls } from './socket-session.ts'

/** Where a gateway is, and how the agent knows it. */
export interface GatewayPlace {
  readonly url: string
  readonly tls: GatewayTls
}

/** How an agent reaches its center. An agent on Kafka gets the packages of apps at `packages`; null: it knows no gateway, and gets none. */
export type LinkAddress =
  | ({ readonly kind: 'gateway'; readonly joinToken: string } & GatewayPlace)
  | { readonly kind: 'kafka'; readonly kafka: KafkaSettings; readonly packages: GatewayPlace | null; readonly joinToken: string }

/**
 * Throws CONFIG_INVALID. A join token in the gateway's URL takes precedence over ELVES_JOIN_TOKEN, which takes
 * precedence over ELVES_JOIN_TOKEN_FILE.
 */
export function linkAddress(settings: Settings): LinkAddress {
  if (settings.ELVES_AGENT_LINK === 'kafka') {
    const packages = settings.ELVES_GATEWAY_URL === '' ? null : { url: gatewayAddress(settings.ELVES_GATEWAY_URL).url, tls: gatewayTls(settings) }
    return { kind: 'kafka', kafka: brokersOf(settings), packages, joinToken: givenToken(settings) }
  }
  const { url, joinToken } = gatewayAddress(settings.ELVES_GATEWAY_URL)
  return { kind: 'gateway', url, tls: gatewayTls(settings), joinToken: joinToken || givenToken(settings) }
}

/** Throws CONFIG_INVALID. */
function gatewayTls({ ELVES_GATEWAY_CA_FILE: caFile, ELVES_GATEWAY_CERT_SHA256: pinned }: Settings): GatewayTls {
  const certificateSha256 = pinned.replaceAll(':', '').toLowerCase()
  if (pinned !== '' && !/^[0-9a-f]{64}$/.test(certificateSha256)) {
    const name = 'ELVES_GATEWAY_CERT_SHA256'
    throw new ElvesError('CONFIG_INVALID', `${name}=${pinned}: expected 64 hex digits, as \`openssl x509 -fingerprint -sha256\` tells them`, {
      facts: { name },
    })
  }
  return { ...(caFile !== '' && { ca: textOf('ELVES_GATEWAY_CA_FILE', caFile) }), ...(pinned !== '' && { certificateSha256 }) }
}

function givenToken({ ELVES_JOIN_TOKEN: token, ELVES_JOIN_TOKEN_FILE: file }: Settings): string {
  if (token !== '' || file === '') return token
  return textOf('ELVES_JOIN_TOKEN_FILE', file).trim()
}

function textOf(name: SettingName, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new ElvesError('CONFIG_INVALID', `${name}=${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause, facts: { name } })
  }
}

/** The address for the log, without secrets. */
export function describeAddress(address: LinkAddress): string {
  return address.kind === 'gateway' ? address.url : `kafka ${address.kafka.brokers.join(',')}`
}

function brokersOf(settings: Settings): KafkaSettings {
  const kafka = kafkaSettings(settings)
  if (kafka) return kafka
  const name = 'ELVES_KAFKA_BROKERS'
  throw new ElvesError('CONFIG_INVALID', `${name}: an agent with ELVES_AGENT_LINK=kafka needs the brokers`, { facts: { name } })
}
