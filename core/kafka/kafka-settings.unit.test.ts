import { expect, test } from 'vitest'
import { readSettings } from '../foundation/read-settings.ts'
import { kafkaSettings } from './kafka-settings.ts'

const read = (env: Record<string, string>) => kafkaSettings(readSettings(env))
const brokers = { ELVES_KAFKA_BROKERS: 'one:9092, two:9093' }

test('is null where no brokers are set', () => {
  expect(read({})).toBeNull()
  expect(read({ ELVES_KAFKA_BROKERS: ' , ' })).toBeNull()
})

test('takes brokers, sign-in and TLS from the settings', () => {
  expect(read(brokers)).toEqual({
    brokers: ['one:9092', 'two:9093'],
    topicPrefix: 'elves',
    agentPartitions: 16,
    replication: 1,
    compression: 'none',
    sasl: null,
    tls: null,
  })
  const signedIn = { ...brokers, ELVES_KAFKA_SASL: 'scram-sha-512', ELVES_KAFKA_USERNAME: 'elves', ELVES_KAFKA_PASSWORD: 'secret' }
  expect(read({ ...signedIn, ELVES_KAFKA_TLS: 'on', ELVES_KAFKA_TLS_CA_FILE: 'ca.pem' })).toMatchObject({
    sasl: { mechanism: 'scram-sha-512', username: 'elves', password: 'secret' },
    tls: { caFile: 'ca.pem', certFile: '', keyFile: '' },
  })
})

test.each([
  ['a broker without a port', { ELVES_KAFKA_BROKERS: 'one' }],
  ['a broker with a scheme', { ELVES_KAFKA_BROKERS: 'kafka://one:9092' }],
  ['a port that can not be', { ELVES_KAFKA_BROKERS: 'one:70000' }],
  ['a topic prefix that Kafka would not take', { ...brokers, ELVES_KAFKA_TOPIC_PREFIX: 'a b' }],
  ['a sign-in without a user', { ...brokers, ELVES_KAFKA_SASL: 'plain', ELVES_KAFKA_PASSWORD: 'secret' }],
  ['a sign-in without a password', { ...brokers, ELVES_KAFKA_SASL: 'plain', ELVES_KAFKA_USERNAME: 'elves' }],
  ['a certificate without its key', { ...brokers, ELVES_KAFKA_TLS: 'on', ELVES_KAFKA_TLS_CERT_FILE: 'cert.pem' }],
])('refuses %s', (_what, env) => {
  expect(() => read(env)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})
