import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fetchedJars, type LockedJar } from './kafka-jars.ts'

const contents = new Map(Array.from({ length: 20 }, (_, index) => [`/m2/org/example/part-${index}/1.0/part-${index}-1.0.jar`, `jar ${index}`]))
const jars: LockedJar[] = [...contents.values()].map((text, index) => ({
  coordinates: `org.example:part-${index}:1.0`,
  sha256: createHash('sha256').update(text).digest('hex'),
}))

let dir: string
let server: Server
let repository: string
let asked: string[]
let failures: number

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'elves-test-jars-'))
  asked = []
  failures = 0
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const content = contents.get(request.url ?? '')
    if (failures-- > 0) return response.writeHead(503).end()
    return content === undefined ? response.writeHead(404).end() : response.end(content)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  repository = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/m2/`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
  await rm(dir, { recursive: true, force: true })
})

const fetched = (wanted: readonly LockedJar[] = jars) => fetchedJars({ jars: wanted, dir, repository, logger: silentLogger })

test('fetches each jar once, and keeps it', async () => {
  const paths = await fetched()
  expect(await Promise.all(paths.map((path) => readFile(path, 'utf8')))).toEqual([...contents.values()])
  expect(asked.toSorted()).toEqual([...contents.keys()].toSorted())
  expect(await fetched()).toEqual(paths)
  expect(asked.length).toBe(20)
})

test('leaves whole jars and nothing else where several fetch at once', async () => {
  await Promise.all([fetched(), fetched(), fetched()])
  const names = await readdir(dir)
  expect(names.length).toBe(20)
  const texts = await Promise.all(names.map((name) => readFile(join(dir, name), 'utf8')))
  expect(texts.toSorted()).toEqual([...contents.values()].toSorted())
})

test('fetches a jar again that was damaged', async () => {
  const [path = ''] = await fetched()
  await writeFile(path, 'damaged')
  await fetched()
  expect(await readFile(path, 'utf8')).toBe('jar 0')
})

test('tries again where the repository fails for a moment', async () => {
  failures = 2
  await fetched(jars.slice(0, 1))
  expect(asked.length).toBe(3)
})

test('refuses a jar that is not what its checksum says, and keeps none of it', async () => {
  const other = { coordinates: 'org.example:part-0:1.0', sha256: '00'.repeat(32) }
  await expect(fetched([other])).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', message: expect.stringContaining('org.example:part-0:1.0') })
  expect(await readdir(dir)).toEqual([])
})

test('says what is missing, and which setting names another repository', async () => {
  const missing = { coordinates: 'org.example:missing:1.0', sha256: '' }
  const refused = fetched([missing])
  await expect(refused).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', message: expect.stringContaining('ELVES_MAVEN_REPOSITORY') })
  expect(asked.length).toBe(1)
})
