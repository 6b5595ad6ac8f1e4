import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventStoreNode } from '@elves/tests/eventstoredb/event-store-node.ts'
import { NodeLog } from '@elves/tests/eventstoredb/node-log.ts'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { silentLogger } from '../../foundation/log.ts'
import { eventStoreDbEventStore } from './eventstoredb-event-store.ts'

const guides = join(import.meta.dirname, '../../../docs/guides')
let dir = ''
let node: EventStoreNode | undefined
const warnings: string[] = []
const warned = (warning: Error) => void warnings.push(warning.message)

/** The certificates are made by the commands of the guide. */
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'elves-tls-'))
  const commands = /```sh\n([^`]+openssl[^`]+)```/.exec(readFileSync(join(guides, 'eventstoredb.md'), 'utf8'))?.[1] ?? ''
  expect(commands).toContain('openssl')
  execFileSync('sh', ['-ec', commands], { cwd: dir, stdio: 'ignore' })
  process.on('warning', warned)
})
afterEach(() => node?.kill())
afterAll(() => {
  process.off('warning', warned)
  rmSync(dir, { recursive: true, force: true })
})

async function start(options: Partial<Parameters<typeof EventStoreNode.start>[0]> = {}): Promise<number> {
  node = await EventStoreNode.start({ log: new NodeLog(), ...options })
  return node.port
}

const tls = () => ({ key: readFileSync(join(dir, 'node1/node.key')), cert: readFileSync(join(dir, 'node1/node.crt')) })
const open = (url: string) => eventStoreDbEventStore({ connectionString: url, logger: silentLogger })

it('a node with a certificate by the guide is trusted by tlsCAFile, by its name and by its address, without a warning', async () => {
  const port = await start({ tls: tls() })
  expect(readFileSync(join(dir, 'node1/node.key'), 'latin1')).toContain('BEGIN RSA PRIVATE KEY')
  for (const host of ['127.0.0.1', 'localhost']) {
    const store = await open(`esdb://elves:secret@${host}:${port}?tlsCAFile=${join(dir, 'ca/ca.crt')}`)
    expect(await store.countAfter(null)).toBe(0)
    await store.close()
  }
  expect(warnings.filter((text) => text.includes('ServerName'))).toEqual([])
})

it('a certificate that is not trusted is refused at the start by name, with the remedy', async () => {
  const port = await start({ tls: tls() })
  await expect(open(`esdb://elves:secret@localhost:${port}`)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/the certificate of EventStoreDB is not trusted \(.+\): .*tlsCAFile/),
  })
})

it('says which right the user lacks', async () => {
  const port = await start({ lacks: ['read $all'] })
  const store = await open(`esdb://127.0.0.1:${port}?tls=false`)
  await expect(store.head()).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('lacks the right to read $all') })
  await store.close()
})
