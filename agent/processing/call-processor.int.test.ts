import { anyServer, processorServer } from '@elves/tests/support/processor-server.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { callErrorText, callProcessor } from './call-processor.ts'

const instruct = {
  id: '0123456789ABCDEF',
  ip: '10.0.0.1',
  type: 'rt',
  mode: 'P',
  app: 'apptest',
  func: 'f',
  param: '{"k":"值"}',
  timeout: 90,
  proxy: '',
}
const result = { ins: instruct, flag: 1, costtime: 7, result: 'hello word!' }
const toStop: { stop(): Promise<void> }[] = []
let ending: AbortController

beforeEach(() => {
  ending = new AbortController()
})
afterEach(async () => {
  for (const one of toStop.splice(0)) await one.stop()
})

function call(port: number, timeoutMs = 60_000): Promise<string> {
  return callProcessor({ host: '127.0.0.1', port, timeoutMs }, result, ending.signal)
}

function failure(port: number, timeoutMs?: number): Promise<string> {
  return call(port, timeoutMs).then(
    (answer) => `answered ${answer}`,
    (error: unknown) => callErrorText(error),
  )
}

async function using<One extends { stop(): Promise<void> }>(one: Promise<One>): Promise<One> {
  toStop.push(await one)
  return one
}

test('hands over every field of the contract and returns the answer', async () => {
  const server = await using(processorServer())
  server.answer = ({ result: text }) => `got ${text}, 好`
  expect(await call(server.port)).toBe('got hello word!, 好')
  expect(JSON.parse(JSON.stringify(server.results))).toEqual([result])
})

test('takes an empty answer, and one that is long', async () => {
  const server = await using(processorServer())
  server.answer = () => ''
  expect(await call(server.port)).toBe('')
  server.answer = () => 'x'.repeat(100_000)
  expect(await call(server.port)).toHaveLength(100_000)
})

test('takes a reply without a value as an empty answer: a handler that returns nothing gives one', async () => {
  const server = await using(processorServer())
  server.answer = () => undefined as unknown as string
  expect(await call(server.port)).toBe('')
  expect(server.results).toHaveLength(1)
})

test('says that nobody listens', async () => {
  const server = await processorServer()
  await server.stop()
  expect(await failure(server.port)).toBe(`connect ECONNREFUSED 127.0.0.1:${server.port}`)
})

test('says what the processor threw', async () => {
  const server = await using(processorServer())
  server.answer = () => Promise.reject(new Error('no room in the database'))
  expect(await failure(server.port)).toBe('the processor threw: no room in the database')
})

test('does not wait longer than the timeout for one that takes the call and is silent', async () => {
  const server = await using(anyServer(() => undefined))
  expect(await failure(server.port, 50)).toBe('the processor did not answer within 50 ms')
})

test('says that the connection was closed without an answer', async () => {
  const server = await using(anyServer((socket) => socket.once('data', () => socket.end())))
  expect(await failure(server.port)).toBe('the processor closed the connection before it answered')
})

test.each([
  ['text', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['a wrong version', Buffer.from('80ff00020000000c72756e50726f636573736f7200000000', 'hex')],
  ['an answer to another function', Buffer.from('800100020000000372756e0000000000', 'hex')],
  ['a length that is negative', Buffer.from('80010002ffffffff', 'hex')],
])('fails at an answer that is %s', async (_, bytes) => {
  const server = await using(anyServer((socket) => socket.once('data', () => socket.end(bytes))))
  expect(await failure(server.port)).not.toMatch(/^answered/)
})

test.each([
  ['the call itself, which comes back', (call: Buffer) => call],
  // An exception of a contract that is not ours: field 1, a struct that is empty.
  [
    'a reply with another field',
    (call: Buffer) => Buffer.concat([Buffer.from('80010002', 'hex'), call.subarray(4, 24), Buffer.from('0c00010000', 'hex')]),
  ],
])('%s is no answer', async (_, answerTo) => {
  const server = await using(anyServer((socket) => socket.once('data', (bytes) => socket.write(answerTo(bytes)))))
  expect(await failure(server.port)).toBe('runProcessor failed: unknown result')
})

test('does not keep more of an answer than an answer can be', async () => {
  const chunk = Buffer.alloc(1024 * 1024, 0x41)
  // Strict, reply, and a name of 1 GB that goes on and on.
  const head = Buffer.from('8001000240000000', 'hex')
  const flood = await using(
    anyServer((socket) => {
      socket.write(head)
      const more = () => {
        while (!socket.destroyed && socket.write(chunk));
      }
      socket.on('drain', more)
      more()
    }),
  )
  expect(await failure(flood.port)).toBe('the processor sent more than 4194304 bytes')
})

test('ends with the agent', async () => {
  const server = await using(anyServer(() => ending.abort()))
  expect(await failure(server.port)).toBe('the agent stops')
})
