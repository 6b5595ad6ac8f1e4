import { readFileSync } from 'node:fs'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { type KafkaSettings, kafkaSettings } from '@elves/core/kafka/kafka-settings.ts'
import { gatewayAddress } from './gateway-address.ts'

/** How an agent reaches its center. */
export type LinkAddress =
  | { readonly kind: 'gateway'; readonly url: string; readonly joinToken: string }
  | { readonly kind: 'kafka'; readonly kafka: KafkaSettings; readonly joinToken: string }

/**
 * Throws CONFIG_INVALID. A join token in the gateway's URL takes precedence over ELVES_JOIN_TOKEN, which takes
 * precedence over ELVES_JOIN_TOKEN_FILE.
 */
export function linkAddress(settings: Settings): LinkAddress {
  if (settings.ELVES_AGENT_LINK === 'kafka') return { kind: 'kafka', kafka: brokersOf(settings), joinToken: givenToken(settings) }
  const { url, joinToken } = gatewayAddress(settings.ELVES_GATEWAY_URL)
  return { kind: 'gateway', url, joinToken: joinToken || givenToken(settings) }
}

function givenToken({ ELVES_JOIN_TOKEN: token, ELVES_JOIN_TOKEN_FILE: file }: Settings): string {
  if (token !== '' || file === '') return token
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    const name = 'ELVES_JOIN_TOKEN_FILE'
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
