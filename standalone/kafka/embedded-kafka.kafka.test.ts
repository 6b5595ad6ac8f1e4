import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeOwnKafka, type OwnKafka, ownKafka } from '@elves/tests/support/kafka.ts'
import { isAlive } from '@elves/tests/support/processes.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

const patience = { timeoutMs: 60_000 }

describeOwnKafka('the embedded broker', () => {
  let kafka: OwnKafka
  beforeAll(async () => {
    kafka = await ownKafka()
  })
  afterAll(async () => {
    await kafka?.remove()
  })

  test('is there again after a kill, on its port, with its topics', { timeout: 120_000 }, async () => {
    const { port } = kafka.broker
    const admin = (await kafka.connection()).client.admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 3 }] })
    await kafka.kill()
    await expect(kafka.broker.ended).resolves.toContain('SIGKILL')
    await kafka.start()
    expect(kafka.broker.port).toBe(port)
    const { topics } = await waitFor(() => admin.fetchTopicMetadata({ topics: ['kept'] }), patience)
    expect(topics[0]?.partitions.length).toBe(3)
    await admin.disconnect()
  })

  test.runIf(process.platform === 'linux')('does not outlive the process that started it', { timeout: 120_000 }, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'elves-test-kafka-parent-'))
    const places = { cacheDir: process.env['ELVES_CACHE_DIR'] ?? '', repository: process.env['ELVES_MAVEN_REPOSITORY'] ?? '' }
    await writeFile(
      join(dir, 'parent.ts'),
      `import { silentLogger } from '${import.meta.resolve('@elves/core/foundation/log.ts')}'
       import { embeddedKafka } from '${import.meta.resolve('./embedded-kafka.ts')}'
       const broker = await embeddedKafka({ dir: '${join(dir, 'kafka')}', ...${JSON.stringify(places)}, logger: silentLogger })
       process.stdout.write(String(broker.pid))`,
    )
    const parent = spawn(process.execPath, [join(dir, 'parent.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [pid] = (await once(parent.stdout, 'data')) as [Buffer]
    expect(isAlive(Number(pid))).toBe(true)
    expect(await readFile(join(dir, 'kafka', 'broker.pid'), 'utf8')).toBe(String(pid))
    parent.kill('SIGKILL')
    await waitFor(() => !isAlive(Number(pid)), patience)
    await rm(dir, { recursive: true, force: true })
  })
})
