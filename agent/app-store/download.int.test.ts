import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signerOfSecret } from '@elves/core/foundation/ed25519.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { AgentAppReport } from '@elves/schemas/generated/types.ts'
import { appPackage } from '@elves/tests/support/app-package.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { appStore } from './app-store.ts'
import { packageDownload } from './download.ts'
import { notReplaceable } from './own-program.ts'

/** Downloads from a door that breaks off, as lines and gateways do. */

const agentId = 'a'.repeat(32)
let folder: string
let server: Server
let asked: { readonly range: string | undefined; readonly ifRange: string | undefined }[]
let answer: (request: IncomingMessage, response: ServerResponse) => void

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-download-'))
  asked = []
  server = createServer((request, response) => {
    asked.push({ range: request.headers.range, ifRange: request.headers['if-range'] as string | undefined })
    answer(request, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
  await rm(folder, { recursive: true, force: true })
})

const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const download = () =>
  packageDownload({
    agentId,
    signer: signerOfSecret('test agent', agentId),
    gatewayUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/gateway`,
    tls: {},
    now: Date.now,
  })
const wanted = (bytes: Buffer) => ({ app: 'shop', version: '1', sha256: sha256Of(bytes), bytes: bytes.length })
const never = new AbortController().signal

/** Answers as the center's door does: from the byte that is asked for on, where the package is still the same one. */
function give(bytes: Buffer) {
  return ({ headers }: IncomingMessage, response: ServerResponse): void => {
    const from = fromOf(headers, bytes)
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from }).end(bytes.subarray(from))
  }
}

/** The same, and breaks off when so many bytes of the package are in the file. */
function breakAt(bytes: Buffer, until: number, path: string) {
  return async ({ headers }: IncomingMessage, response: ServerResponse): Promise<void> => {
    const from = fromOf(headers, bytes)
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from }).write(bytes.subarray(from, until))
    await waitFor(async () => (await stat(path)).size === until, { what: `${until} bytes in the file` })
    response.destroy()
  }
}

function fromOf(headers: IncomingHttpHeaders, bytes: Buffer): number {
  return headers['if-range'] === `"${sha256Of(bytes)}"` ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0) : 0
}

test('what was broken off goes on where it was, as often as it breaks, and each byte comes once', async () => {
  const bytes = await appPackage({ 'app-worker.py': 'print()\n', 'large.txt': randomBytes(300_000).toString('hex') })
  const told: Omit<AgentAppReport, 'reportId'>[] = []
  const store = await appStore({
    folder: join(folder, 'store'),
    download: download(),
    isLocal: () => false,
    report: (report) => told.push(report),
    onChange: () => undefined,
    program: notReplaceable,
    logger: silentLogger,
  })
  const breaks = [0.3, 0.6, 0.9].map((part) => Math.floor(bytes.length * part))
  const part = join(folder, 'store', 'packages', `${sha256Of(bytes)}.part`)
  answer = (request, response) => {
    const until = breaks[asked.length - 1]
    if (until === undefined) give(bytes)(request, response)
    else void breakAt(bytes, until, part)(request, response)
  }
  store.set({ revision: 1, apps: [wanted(bytes)], removed: [], correlationId: '', logId: 'log' })
  await store.idle()
  expect(told).toMatchObject([{ outcome: 'INSTALLED', version: '1' }])
  const ifRange = `"${sha256Of(bytes)}"`
  expect(asked).toEqual([{ range: undefined, ifRange: undefined }, ...breaks.map((at) => ({ range: `bytes=${at}-`, ifRange }))])
  expect(await readFile(join(store.current('shop')?.folder ?? '', 'app-worker.py'), 'utf8')).toBe('print()\n')
  await store.stop()
})

test('goes on after a restart of the agent, and takes no byte where all are there', async () => {
  const bytes = randomBytes(50_000)
  const path = join(folder, 'a.part')
  answer = (request, response) => void breakAt(bytes, 20_000, path)(request, response)
  await expect(download()(wanted(bytes), path, never)).rejects.toMatchObject({ code: 'APP_DOWNLOAD_FAILED', canRetry: true })
  expect((await stat(path)).size).toBe(20_000)
  answer = give(bytes)
  await download()(wanted(bytes), path, never)
  expect(await readFile(path)).toEqual(bytes)
  await download()(wanted(bytes), path, never)
  expect(asked).toHaveLength(2)
})

test('a part of another package is written over: the door gives the whole one', async () => {
  const [bytes, other] = [randomBytes(50_000), randomBytes(20_000)]
  const path = join(folder, 'a.part')
  await writeFile(path, other)
  answer = (_request, response) => void response.writeHead(200).end(bytes)
  await download()(wanted(bytes), path, never)
  expect(await readFile(path)).toEqual(bytes)
})

test.each([
  ['more bytes than the package has', (bytes: Buffer) => give(Buffer.concat([bytes, Buffer.from('x')])), false],
  ['the word that it shall not have it yet', () => (_: unknown, response: ServerResponse) => void response.writeHead(403).end(), true],
  ['a fault', () => (_: unknown, response: ServerResponse) => void response.writeHead(503).end(), true],
  ['the word that it is not believed', () => (_: unknown, response: ServerResponse) => void response.writeHead(401).end(), false],
  [
    'the way to another place',
    () => (_: unknown, response: ServerResponse) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    false,
  ],
])('%s is no package, and says whether a later try may help', async (_what, answered, canRetry) => {
  const bytes = randomBytes(1_000)
  answer = answered(bytes) as typeof answer
  const path = join(folder, 'a.part')
  await expect(download()(wanted(bytes), path, never)).rejects.toMatchObject({ code: 'APP_DOWNLOAD_FAILED', canRetry })
  expect(asked).toHaveLength(1)
})
