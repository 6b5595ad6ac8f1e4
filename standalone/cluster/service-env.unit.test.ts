import { settings } from '@elves/core/foundation/settings.ts'
import { expect, test } from 'vitest'
import { agentEnv } from '../agent-env.ts'
import { scaledServices } from '../ready-file.ts'
import { serviceEnv } from './service-env.ts'

const everything = { PATH: '/bin', ...Object.fromEntries(Object.keys(settings).map((name) => [name, 'x'])) }

test.each(scaledServices)('%s gets the settings of its part, where to listen, and what is given to it', (service) => {
  const env = serviceEnv(service, everything, { ELVES_INSTANCE: 'one' })
  expect(env).toMatchObject({ PATH: '/bin', ELVES_INSTANCE: 'one', ELVES_LISTEN_HOST: '127.0.0.1', ELVES_LOG_LEVEL: 'x' })
  expect(Object.keys(env).filter((name) => /^ELVES_(AGENT_(?!LOST)|TEST_|AUTH_|SERVICE_|JOIN_|DATA_DIR)/.test(name))).toEqual([])
})

test('every service hears of Kafka, no agent on a gateway does', () => {
  const brokers = scaledServices.filter((service) => 'ELVES_KAFKA_PASSWORD' in serviceEnv(service, everything, {}))
  expect(brokers).toEqual(['command-service', 'gateway', 'projection-service', 'query-service'])
})

test('an agent gets nothing that opens the center', () => {
  const env = agentEnv(everything, {})
  const opening = /DATABASE|EVENTSTOREDB|SECRET|AUTH|JOIN|KAFKA_/
  expect(Object.keys(env).filter((name) => opening.test(name))).toEqual([])
})
