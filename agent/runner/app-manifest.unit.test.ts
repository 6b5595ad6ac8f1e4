import { describe, expect, test } from 'vitest'
import { parseManifest } from './app-manifest.ts'

const worker = (elves: object | string | null, appcfg: object | null = null) =>
  parseManifest(typeof elves === 'string' || elves === null ? elves : JSON.stringify(elves), appcfg && JSON.stringify(appcfg)).worker

describe('the manifest of an app', () => {
  test('is classic where it says nothing of its worker', () => {
    const classic = { entry: null, mode: 'classic', param: 'argument', env: new Map() }
    expect(worker(null)).toEqual(classic)
    expect(worker({ version: '1' })).toEqual(classic)
    expect(worker(null, { Processor: {} })).toEqual(classic)
  })

  test('names entry, mode and the way of the parameter, in either file and any case', () => {
    expect(worker({ worker: { entry: 'bash|main.sh', mode: 'plain' } })).toEqual({
      entry: 'bash|main.sh',
      mode: 'plain',
      param: 'stdin',
      env: new Map(),
    })
    expect(worker(null, { Worker: { Entry: 'main', Param: 'stdin' } })).toEqual({ entry: 'main', mode: 'classic', param: 'stdin', env: new Map() })
    expect(worker({ worker: { mode: 'plain', param: 'argument' } })).toEqual({ entry: null, mode: 'plain', param: 'argument', env: new Map() })
  })

  test('is elves.json first, and appcfg.json for what that leaves open', () => {
    const both = parseManifest('{"version": "2", "worker": {"mode": "plain"}}', '{"Version": "1", "Encoding": "gbk", "Worker": {"Entry": "x"}}')
    expect(both).toMatchObject({ version: '2', encoding: 'gbk', worker: { entry: null, mode: 'plain' } })
  })

  test.each([
    ['not JSON', 'elves.json'],
    ['[]', 'elves.json'],
    [{ worker: 'main.sh' }, 'not an object'],
    [{ worker: { mode: 'Plain' } }, 'classic, plain'],
    [{ worker: { param: 'env' } }, 'argument, stdin'],
    [{ worker: { entry: 7 } }, 'worker.entry'],
    [{ worker: { env: [] } }, 'worker.env'],
    [{ worker: { env: { 'A-B': 'x' } } }, 'has the variable A-B'],
    [{ worker: { env: { ELVES_AGENT_ID: 'x' } } }, 'can not be'],
    [{ worker: { env: { A: 1 } } }, 'worker.env.A'],
    [{ worker: { env: { A: { $secret: 'db', more: 1 } } } }, 'worker.env.A'],
  ])('says what is wrong with it: %j', (elves, reason) => {
    expect(worker(elves)).toContain(reason)
  })

  test('of Elves 0.1.x may hold anything beside the keys that we read', () => {
    expect(worker(null, { Worker: 'theirs', Mode: 'x', Entry: 1, Param: [] })).toEqual({
      entry: null,
      mode: 'classic',
      param: 'argument',
      env: new Map(),
    })
    expect(parseManifest(null, 'not JSON')).toEqual(parseManifest(null, null))
  })
})
