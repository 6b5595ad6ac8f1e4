import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { launch, newDataDir, sharedPlatform, type TestPlatform, testedRunner } from '../support/platform.ts'
import { processesOf } from '../support/processes.ts'

/** Impossible starts and forbidden requests get a clear message, crash nothing and leave nothing running. */

describe.runIf(testedRunner)('a start that can not be', () => {
  let dataDir: string

  beforeEach(async () => {
    dataDir = await newDataDir()
  })

  afterEach(async () => {
    expect(await processesOf(dataDir)).toEqual([])
    await rm(dataDir, { recursive: true, force: true })
  })

  function start(env: Record<string, string>) {
    return launch(testedRunner ?? 'standalone', { dataDir, env })
  }

  test('an unknown setting is refused with the nearest name', async () => {
    await expect(start({ ELVES_HTTP_PROT: '1' })).rejects.toThrow(/\[CONFIG_UNKNOWN\].*ELVES_HTTP_PORT/)
  })

  test('a setting that does not fit is refused by its name', async () => {
    await expect(start({ ELVES_HTTP_PORT: 'many' })).rejects.toThrow(/\[CONFIG_INVALID\].*ELVES_HTTP_PORT/)
  })

  test('a port in use is named, with what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    try {
      await expect(start({ ELVES_HTTP_PORT: String(port) })).rejects.toThrow(new RegExp(`\\[PORT_IN_USE\\] Port ${port} .*ELVES_HTTP_PORT`))
    } finally {
      other.close()
    }
  })

  test('a missing Python is named, with what to do', async () => {
    await expect(start({ ELVES_AGENT_PYTHON: '/nowhere/python3' })).rejects.toThrow(/\[PYTHON_MISSING\].*ELVES_AGENT_PYTHON/)
  })

  test('a data folder that can not be is named, without a stack', async () => {
    const file = join(dataDir, 'file')
    await writeFile(file, '')
    const refusal = (await launch(testedRunner ?? 'standalone', { dataDir: file, env: {} }).catch((error: unknown) => error)) as Error
    expect(refusal.message).toMatch(/\[FILE_UNUSABLE\].*file can not be used/)
    expect(refusal.message).not.toMatch(/^ +at /m)
  })

  test('a damaged database is named, with what to do', async () => {
    await mkdir(join(dataDir, 'postgres', 'data'), { recursive: true })
    await writeFile(join(dataDir, 'postgres', 'data', 'something'), '')
    await expect(start({})).rejects.toThrow(/\[DATA_FOLDER_DAMAGED\].*backup/)
  })

  test('damaged keys are named, with what to do', async () => {
    await writeFile(join(dataDir, 'secrets.json'), '{')
    await expect(start({})).rejects.toThrow(/\[DATA_FOLDER_DAMAGED\].*secrets\.json/)
  })
})

describe('a running platform', () => {
  let platform: TestPlatform

  beforeAll(async () => {
    platform = await sharedPlatform()
  })

  afterAll(() => platform?.dispose())

  test.runIf(testedRunner)('lets no second one onto its data folder, and names who is there', async () => {
    const before = await platform.readyNow()
    const second = launch(testedRunner ?? 'standalone', { dataDir: platform.dataDir, env: {} })
    await expect(second).rejects.toThrow(new RegExp(`\\[DATA_FOLDER_IN_USE\\].*pid ${platform.runnerPid()}`))
    expect(await platform.readyNow()).toEqual(before)
  })

  test.each(['/graphql', '/api/v2/rt/exec', '/metrics', '/healthz'])('a web page of another origin gets nothing from %s', async (path) => {
    const response = await fetch(`${platform.ready().url}${path}`, { headers: { origin: 'http://evil.example' } })
    // Each door has its own form: REST v2 answers 200 and puts the refusal into the body.
    expect(await response.text()).toMatch(/^\{("error"|"errors"|"data":null|"flag":"false").*of another origin/)
  })

  test.each(['graphqlUrl', 'gatewayUrl'] as const)('a web page of another origin gets no WebSocket at %s', async (name) => {
    const url = platform.ready()[name].replace('http', 'ws')
    const socket = new WebSocket(url, 'graphql-transport-ws', { origin: 'http://evil.example' })
    const answer = await new Promise((resolve) => {
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode))
      socket.once('open', () => resolve('open'))
      socket.once('error', (error) => resolve(error.message))
    })
    socket.terminate()
    expect(answer).toBe(403)
  })

  test('a gateway client that talks nonsense is closed, and the agent works on', async () => {
    const socket = new WebSocket(platform.ready().gatewayUrl)
    await new Promise((resolve) => socket.once('open', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.send(Buffer.from('nonsense'))
    await closed
    const answer = await platform.rest('/api/v2/rt/exec', { ip: '127.0.0.1', app: 'apptest', func: 'helloword' })
    expect(answer.result?.['worker_message']).toBe('hello word!')
  })

  test('an agent that dies is started again, and the ready file says the new one', async () => {
    const killed = (await platform.readyNow())?.pids.agents[0]
    process.kill(killed ?? 0, 'SIGKILL')
    await expect.poll(async () => (await platform.readyNow())?.pids.agents[0], { timeout: 60_000 }).not.toBe(killed)
    const answer = await platform.rest('/api/v2/rt/exec', { ip: '127.0.0.1', app: 'apptest', func: 'helloword' })
    expect(answer.result?.['worker_message']).toBe('hello word!')
  })
})
