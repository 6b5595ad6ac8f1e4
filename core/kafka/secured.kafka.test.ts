import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describeOwnKafka, freePort, javaTool, type OwnKafka, ownKafka } from '@elves/tests/support/kafka.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLogger } from '../foundation/log.ts'
import type { KafkaConnection } from './kafka-connection.ts'
import { lastingProducer } from './lasting-producer.ts'
import { partitionReader } from './partition-reader.ts'
import { sharedConsumer } from './shared-consumer.ts'
import { ensureTopics } from './topics.ts'

const logger = silentLogger
const password = 'only-for-tests'

describeOwnKafka('brokers that want a sign-in or TLS', () => {
  let dir: string
  let kafka: OwnKafka
  let ports: { sasl: number; tls: number; both: number }

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'elves-test-tls-'))
    await makeCertificate(dir)
    ports = { sasl: await freePort(), tls: await freePort(), both: await freePort() }
    const module = 'org.apache.kafka.common.security.plain.PlainLoginModule'
    const signIn = { 'sasl.enabled.mechanisms': 'PLAIN', 'plain.sasl.jaas.config': `${module} required user_elves="${password}";` }
    const tls = { 'ssl.keystore.type': 'PKCS12', 'ssl.keystore.location': join(dir, 'broker.p12'), 'ssl.keystore.password': password }
    kafka = await ownKafka({
      extraListeners: [
        { name: 'SASL', port: ports.sasl, protocol: 'SASL_PLAINTEXT', properties: signIn },
        { name: 'TLS', port: ports.tls, protocol: 'SSL', properties: { ...tls, 'ssl.key.password': password } },
        { name: 'BOTH', port: ports.both, protocol: 'SASL_SSL', properties: { ...signIn, ...tls, 'ssl.key.password': password } },
      ],
    })
  })
  afterAll(async () => {
    await kafka?.remove()
    await rm(dir, { recursive: true, force: true })
  })

  const signIn = { mechanism: 'plain', username: 'elves', password } as const
  const tls = () => ({ caFile: join(dir, 'ca.pem'), certFile: '', keyFile: '' })

  test('are served by a sign-in, by TLS and by both', async () => {
    await carriesARecord(await kafka.connection({ brokers: [`127.0.0.1:${ports.sasl}`], sasl: signIn }))
    await carriesARecord(await kafka.connection({ brokers: [`127.0.0.1:${ports.tls}`], tls: tls() }))
    await carriesARecord(await kafka.connection({ brokers: [`127.0.0.1:${ports.both}`], sasl: signIn, tls: tls() }))
  })

  test('refuse a wrong password, and everybody is told', async () => {
    const wrong = { brokers: [`127.0.0.1:${ports.sasl}`], sasl: { ...signIn, password: 'wrong' } }
    const connection = await kafka.connection(wrong)
    await expect(ensureTopics(connection)).rejects.toMatchObject({ code: 'KAFKA_REFUSED' })
    const producer = lastingProducer({ connection, logger })
    await expect(producer.send([{ topic: 'any', key: '', value: Buffer.from('x') }])).rejects.toMatchObject({ code: 'KAFKA_REFUSED' })
    const reader = partitionReader({ connection, topic: 'any', partitions: 'all', from: 'end', onRecords: () => undefined, logger })
    await expect(reader.ready).rejects.toMatchObject({ code: 'KAFKA_REFUSED' })
    const consumer = sharedConsumer({ connection, topic: 'any', groupId: 'any', handle: async () => undefined, logger })
    await Promise.all([producer.stop(), reader.stop(), consumer.stop()])
    expect(consumer.isReady()).toBe(false)
  })

  test('are not trusted with a certificate of an authority that is not ours', async () => {
    const connection = await kafka.connection({ brokers: [`127.0.0.1:${ports.tls}`], tls: { caFile: '', certFile: '', keyFile: '' } })
    await expect(ensureTopics(connection, { patienceMs: 300 })).rejects.toMatchObject({ code: 'KAFKA_UNAVAILABLE' })
  })

  test('need files that are there', async () => {
    const missing = kafka.connection({ tls: { caFile: join(dir, 'no.pem'), certFile: '', keyFile: '' } })
    await expect(missing).rejects.toMatchObject({ code: 'CONFIG_INVALID', facts: { name: 'ELVES_KAFKA_TLS_CA_FILE' } })
  })
})

async function carriesARecord(connection: KafkaConnection): Promise<void> {
  await ensureTopics(connection)
  const got: string[] = []
  const take = (values: readonly { value: Buffer }[]) => void got.push(...values.map(({ value }) => value.toString()))
  const topic = connection.topics.reports
  const reader = partitionReader({
    connection,
    topic,
    partitions: 'all',
    from: 'beginning',
    onRecords: (_partition, records) => take(records),
    logger,
  })
  const groupId = connection.settings.topicPrefix
  const consumer = sharedConsumer({ connection, topic, groupId, handle: async (_partition, records) => take(records), logger })
  const producer = lastingProducer({ connection, logger })
  await producer.send([{ topic, key: 'agent', value: Buffer.from('hello') }])
  await waitFor(() => got.length === 2)
  await Promise.all([reader.stop(), consumer.stop(), producer.stop()])
  expect(got).toEqual(['hello', 'hello'])
}

async function makeCertificate(dir: string): Promise<void> {
  const keytool = await javaTool('keytool')
  const store = ['-keystore', join(dir, 'broker.p12'), '-storetype', 'PKCS12', '-storepass', password, '-alias', 'broker']
  const key = ['-genkeypair', '-keyalg', 'EC', '-dname', 'CN=broker', '-ext', 'san=ip:127.0.0.1', '-ext', 'bc:c', '-validity', '2']
  await promisify(execFile)(keytool, [...key, ...store])
  await promisify(execFile)(keytool, ['-exportcert', '-rfc', '-file', join(dir, 'ca.pem'), ...store])
}
