import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sharedPlatform, type TestPlatform } from '../support/platform.ts'
import { restMethods } from '../support/rest-v2.ts'
import { waitFor } from '../support/wait-for.ts'
import { addPrinter, checkedRest, type RestResult } from './rest-v2-checked.ts'
import { codesSeenElsewhere, contract, doneWithout, hello, quartzRules, refusal, texts, unknownId } from './rest-v2-contract.ts'

/**
 * REST v2 as Elves 0.1.x had it, endpoint by endpoint and code by code, over HTTP by GET and by POST, on a real agent. The tables of
 * rest-v2-contract.ts are copied from the contract. Every answer is held against the OpenAPI document that the platform serves, too.
 */

let platform: TestPlatform
let rest: Awaited<ReturnType<typeof checkedRest>>
const text: typeof rest.text = (...call) => rest.text(...call)
const done: typeof rest.done = (...call) => rest.done(...call)

beforeAll(async () => {
  platform = await sharedPlatform()
  rest = await checkedRest(platform)
  await addPrinter(platform.dataDir)
})

afterAll(async () => {
  rest?.close()
  await platform?.dispose()
})

describe.each(restMethods)('by %s', (method) => {
  const exec = (parameters: Record<string, string>) => done(method, 'rt/exec', { ...hello, ...parameters })
  const refused = (name: string, parameters: Record<string, string>) => text(method, name, { parameters })

  describe('the signature', () => {
    test.each([['md5'], ['MD5'], ['hmac-sha256'], ['HMAC-Sha256']])('of type %s is taken, in digits of any case', async (signType) => {
      const upper = (query: string) => query.replace(/(?<=&sign=)[0-9a-f]+/, (digits) => digits.toUpperCase())
      expect(await text(method, 'info/agents', { signType })).toContain('127.0.0.1')
      expect(await text(method, 'info/agents', { signType, change: upper })).toContain('127.0.0.1')
    })

    test('is over the text that is meant, not over its encoding', async () => {
      const param = '{"a": "& = + % ? # 中文 😀 \\u00e9"}'
      const { worker_message } = await exec({ func: 'echo', param })
      expect(JSON.parse(worker_message)).toEqual({ a: '& = + % ? # 中文 😀 é' })
    })

    test('is of a path that begins with / where it came with //', async () => {
      expect(await text(method, 'info/agents', { path: '//api/v2/info/agents' })).toContain('127.0.0.1')
    })

    const without = (name: string) => (query: string) => query.replace(new RegExp(`(^|&)${name}=[^&]*`), '')
    const as = (name: string, value: string) => (query: string) => `${without(name)(query)}&${name}=${value}`
    test.each([
      ...['timestamp', 'sign_type', 'sign', 'auth_id'].flatMap((name) => [
        [`without ${name}`, '401.1', without(name)] as const,
        [`with a blank ${name}`, '401.1', as(name, '+')] as const,
      ]),
      ['of another type', '401.3', as('sign_type', 'sha1')],
      ['of another length', '401.4', as('sign', 'abc')],
      ['of MD5 that says it is HMAC', '401.4', as('sign_type', 'hmac-sha256')],
      ['at no time', '401.8', as('timestamp', 'soon')],
      ['of another auth id', '413.1', as('auth_id', 'nobody')],
      ['with other digits', '401.5', as('sign', '0'.repeat(32))],
      ['of other parameters', '401.5', as('param', '1')],
    ] as const)('%s is refused as %s', async (_what, code, change) => {
      expect(await text(method, 'rt/exec', { parameters: hello, change })).toBe(refusal(code))
    })

    test('of an auth id that is not UTF-8 is refused as 401.2', async () => {
      expect(await text(method, 'rt/exec', { parameters: hello, change: as('auth_id', '%d6%d0') })).toMatch(
        /\[401\.2\]Unauthorized AuthId Is Illegal/,
      )
    })

    test('holds for 180 s before and after its time', async () => {
      const now = Math.floor(Date.now() / 1000)
      for (const offset of [-170, 170]) expect(await text(method, 'info/agents', { timestamp: String(now + offset) })).toContain('127.0.0.1')
      for (const offset of [-190, 200]) expect(await text(method, 'info/agents', { timestamp: String(now + offset) })).toBe(refusal('401.7'))
    })

    test('is checked in the order of the contract, and before the parameters', async () => {
      const wrong = { sign_type: 'sha1', sign: 'abc', timestamp: 'soon', auth_id: 'nobody' }
      const repairs: (readonly [string, string])[] = [
        ['sign_type', 'md5'],
        ['sign', '0'.repeat(32)],
        ['timestamp', '1'],
        ['timestamp', String(Math.floor(Date.now() / 1000))],
        ['auth_id', platform.ready().authId],
      ]
      const values: Record<string, string> = { ...wrong }
      const order = ['401.3', '401.4', '401.8', '401.7', '413.1', '401.5']
      for (const [index, code] of order.entries()) {
        expect(await text(method, 'rt/exec', { change: () => new URLSearchParams(values).toString() })).toBe(refusal(code))
        const [name, value] = repairs[index] ?? ['', '']
        values[name] = value
      }
    })
  })

  describe('rt/exec', () => {
    test('answers with the result of the worker, byte for byte in its form', async () => {
      const answer = await text(method, 'rt/exec', { parameters: hello })
      const form =
        /^\{"flag":"true","error":"","result":\{"id":"[0-9A-F]{16}","worker_flag":"1","worker_message":"hello word!","worker_costtime":"\d+"\}\}$/
      expect(answer).toMatch(form)
    })

    test.each([
      ['1', { func: 'echo', param: '{"a":1}' }, /^\{"a": 1\}$/],
      ['1', { func: 'echo' }, /^""$/],
      ['1', { proxy: 'python3|app-worker.py', timeout: '0', mode: 'np' }, /^hello word!$/],
      ['0', { func: 'failing', param: '{"reason":"no disk"}' }, /^no disk$/],
      ['-1', { app: 'nosuch' }, /^app \[nosuch\] not install !$/],
      ['-1', { func: 'slow', param: '{"seconds":60}', timeout: '1' }, /^app exec timeout$/],
      ['-1', { func: 'crash' }, /^app exec error : /],
      ['-1', { app: 'printer', param: '"<ElvesWRestResult>x</ElvesWRestResult>"' }, /^app output flag error : /],
      ['-1', { app: 'printer', param: '"<ElvesWFlag>true</ElvesWFlag>"' }, /^app output result error : /],
    ] as const)('worker_flag is %s for %j', async (flag, parameters, message) => {
      expect(await exec(parameters)).toMatchObject({ worker_flag: flag, worker_message: expect.stringMatching(message) })
    })

    test('an equal request is a new task, one with the same idempotency_key is the same', async () => {
      const [one, other] = [await exec({}), await exec({})]
      expect(one.id).not.toBe(other.id)
      const key = { idempotency_key: `exec ${method}` }
      expect(await exec(key)).toEqual(await exec(key))
    })

    test('an agent that nobody knows is 410.1', async () => {
      expect(await refused('rt/exec', { ...hello, ip: '10.255.255.1' })).toBe(refusal('410.1'))
    })
  })

  describe.each([
    ['rt/exec', {}],
    ['queue/addtask', { queue_id: unknownId }],
    ['queue/qksqueue', {}],
    ['cron/add', { rule: '0 0 0 1 1 ?' }],
  ] as const)('the parameters of a task in %s', (name, more) => {
    const isAppOfQueue = name === 'queue/addtask'
    test.each([
      ['403.1', { ip: '' }],
      ['403.1', { ip: 'localhost' }],
      ['403.1', { ip: '::1' }],
      ['403.1', { ip: '256.0.0.1' }],
      ...(isAppOfQueue ? [] : [['403.3', { app: ' ' }] as const]),
      ['403.7', { func: ' ' }],
      ['403.2', { param: '{a:1}' }],
      ['403.4', { mode: 'X' }],
      ['403.8', { timeout: '-1' }],
      ['403.8', { timeout: '1.5' }],
      ['403.8', { timeout: '2147483648' }],
    ] as const)('are refused as %s for %j', async (code, wrong) => {
      const parameters: Record<string, string> = { ...hello, ...more, ...wrong }
      expect(await refused(name, parameters)).toBe(refusal(code))
      const [missing = ''] = Object.keys(wrong)
      if (contract[name]?.needed.includes(missing)) {
        delete parameters[missing]
        expect(await refused(name, parameters)).toBe(refusal(code))
      }
    })
  })

  describe('a queue', () => {
    const create = async () => (await done(method, 'queue/create', { app: 'apptest' })).id as string
    const add = (queue_id: string, more: Record<string, string> = {}) =>
      done(method, 'queue/addtask', { queue_id, ip: hello.ip, func: hello.func, ...more }).then(({ id }) => id as string)
    const result = (queue_id: string) => done(method, 'queue/result', { queue_id })
    const settled = async (queue_id: string) => {
      await waitFor(async () => Object.values<RestResult>(await result(queue_id)).every(({ status }) => status === 'finish' || status === 'stoped'))
      return result(queue_id)
    }

    test('is made, filled and committed; tasks run after those that they depend on', async () => {
      const queue = await create()
      const first = await add(queue, { param: '{"a":1}', timeout: '60', proxy: 'python3|app-worker.py', mode: 'NP' })
      const second = await add(queue, { depend_task_id: first })
      const waiting = { flag: 'true', error: '', worker_flag: '', worker_message: '', worker_costtime: '' }
      expect(await result(queue)).toEqual({
        [first]: { status: 'pendding', depend_task_id: '', id: first, ...waiting },
        [second]: { status: 'pendding', depend_task_id: first, id: second, ...waiting },
      })
      expect(await text(method, 'queue/commit', { parameters: { queue_id: queue } })).toBe(doneWithout)
      const ended = { status: 'finish', flag: 'true', error: '', worker_flag: '1', worker_message: 'hello word!' }
      const results = await settled(queue)
      expect(results).toEqual({
        [first]: { ...ended, depend_task_id: '', id: first, worker_costtime: expect.stringMatching(/^\d+$/) },
        [second]: { ...ended, depend_task_id: first, id: second, worker_costtime: expect.stringMatching(/^\d+$/) },
      })
      expect(Object.keys(results[first]).join()).toBe('status,depend_task_id,flag,error,id,worker_flag,worker_message,worker_costtime')
    })

    test('that was committed takes nothing more', async () => {
      const queue = await create()
      await done(method, 'queue/commit', { queue_id: queue })
      expect(await refused('queue/addtask', { queue_id: queue, ip: hello.ip, func: hello.func })).toBe(refusal('412.2'))
      await waitFor(async () => (await refused('queue/commit', { queue_id: queue })) === refusal('412.2'))
    })

    test('tells which tasks run, and stop answers with the status of each', async () => {
      const queue = await create()
      const slow = await add(queue, { func: 'slow', param: '{"seconds":600}' })
      const waiting = await add(queue, { depend_task_id: slow })
      await done(method, 'queue/commit', { queue_id: queue })
      await waitFor(async () => (await result(queue))[slow].status === 'execing')
      expect(await done(method, 'queue/stop', { queue_id: queue })).toEqual({ [slow]: 'execing', [waiting]: 'stoped' })
      await platform.graphql('mutation ($id: ID!) { cancelTask(input: { id: $id }) { position } }', { id: slow })
      expect(await settled(queue)).toMatchObject({ [slow]: { status: 'finish', worker_flag: '-1' }, [waiting]: { status: 'stoped', flag: 'false' } })
      expect(await done(method, 'queue/stop', { queue_id: queue })).toEqual({ [slow]: 'finish', [waiting]: 'stoped' })
    })

    test('what hangs on a task that failed is stoped, and its error names that task', async () => {
      const queue = await create()
      const failing = await add(queue, { func: 'failing' })
      const child = await add(queue, { depend_task_id: failing })
      await done(method, 'queue/commit', { queue_id: queue })
      expect(await settled(queue)).toMatchObject({
        [failing]: { status: 'finish', flag: 'true', error: '', worker_flag: '0' },
        [child]: { status: 'stoped', flag: 'false', error: expect.stringContaining(failing), worker_flag: '' },
      })
    })

    test('qksqueue makes, fills and commits one', async () => {
      const answer = await text(method, 'queue/qksqueue', { parameters: hello })
      expect(answer).toMatch(/^\{"flag":"true","error":"","result":\{"id":"[0-9A-F]{16}","task_id":"[0-9A-F]{16}"\}\}$/)
      const { id, task_id } = JSON.parse(answer).result
      expect(await settled(id)).toMatchObject({ [task_id]: { status: 'finish', worker_flag: '1', worker_message: 'hello word!' } })
    })

    test('with the same idempotency_key is the same', async () => {
      const key = (what: string) => ({ idempotency_key: `${what} ${method}` })
      const made = await done(method, 'queue/create', { app: 'apptest', ...key('create') })
      expect(await done(method, 'queue/create', { app: 'apptest', ...key('create') })).toEqual(made)
      expect(await add(made.id, key('add'))).toBe(await add(made.id, key('add')))
      expect(await done(method, 'queue/qksqueue', { ...hello, ...key('quick') })).toEqual(
        await done(method, 'queue/qksqueue', { ...hello, ...key('quick') }),
      )
    })

    test('is refused by the codes of the contract', async () => {
      for (const app of [{}, { app: ' ' }]) expect(await refused('queue/create', app)).toBe(refusal('403.3'))
      const own = { ip: hello.ip, func: hello.func }
      for (const name of ['queue/addtask', 'queue/commit', 'queue/stop', 'queue/result']) {
        expect(await refused(name, own)).toBe(refusal('403.6'))
        for (const queue_id of [unknownId, 'x']) expect(await refused(name, { ...own, queue_id })).toBe(refusal('412.1'))
      }
      const queue = await create()
      expect(await refused('queue/addtask', { ...own, queue_id: queue, depend_task_id: unknownId })).toBe(refusal('412.4'))
      expect(await refused('queue/qksqueue', { ...hello, depend_task_id: unknownId })).toBe(refusal('412.4'))
      expect(await refused('queue/addtask', { ...own, queue_id: queue, ip: '10.255.255.1' })).toBe(refusal('410.1'))
      expect(await refused('queue/qksqueue', { ...hello, ip: '10.255.255.1' })).toBe(refusal('410.1'))
    })
  })

  describe('a cron', () => {
    const rare = '0 0 0 1 Jan ? 2098-2099'
    const add = async (rule: string, more: Record<string, string> = {}) => (await done(method, 'cron/add', { ...hello, rule, ...more })).id as string
    const detail = (cron_id: string) => done(method, 'cron/detail', { cron_id })

    test('runs from then on, and tells of its last run', async () => {
      const cron = await add('0/1 * * * * ?')
      expect(cron).toMatch(/^[0-9A-F]{16}$/)
      await waitFor(async () => (await detail(cron)).last_exec_time !== '')
      await done(method, 'cron/stop', { cron_id: cron })
      const told = await detail(cron)
      expect(told).toEqual({
        ...hello,
        param: '',
        mode: 'NP',
        proxy: '',
        timeout: 90,
        rule: '0/1 * * * * ?',
        cron_flag: 0,
        last_exec_time: expect.stringMatching(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/),
        last_exec_result: {
          flag: 'true',
          error: '',
          result: { worker_flag: '1', worker_message: 'hello word!', worker_costtime: expect.stringMatching(/^\d+$/) },
        },
      })
      expect(Object.keys(told).join()).toBe('ip,app,func,param,mode,proxy,timeout,rule,cron_flag,last_exec_time,last_exec_result')
      await done(method, 'cron/delete', { cron_id: cron })
    })

    test('is stopped, started and deleted, without a result', async () => {
      const cron_id = await add(rare, { param: '{"a": 1}', timeout: '7', proxy: 'python3|app-worker.py', mode: 'np' })
      const settings = { param: '{"a": 1}', timeout: 7, proxy: 'python3|app-worker.py', rule: rare, last_exec_time: '', last_exec_result: '' }
      expect(await detail(cron_id)).toMatchObject({ ...settings, cron_flag: 1 })
      expect(await text(method, 'cron/stop', { parameters: { cron_id } })).toBe(doneWithout)
      expect(await detail(cron_id)).toMatchObject({ ...settings, cron_flag: 0 })
      expect(await done(method, 'cron/info', { cron_id })).toEqual(await detail(cron_id))
      expect(await text(method, 'cron/start', { parameters: { cron_id } })).toBe(doneWithout)
      expect(await detail(cron_id)).toMatchObject({ cron_flag: 1 })
      expect((await done(method, 'info/agents/detail', { ip: hello.ip, showcron: 'true' })).cron_list).toContain(cron_id)
      expect(await text(method, 'cron/delete', { parameters: { cron_id } })).toBe(doneWithout)
      for (const name of ['detail', 'info', 'start', 'stop', 'delete']) expect(await refused(`cron/${name}`, { cron_id })).toBe(deleted(name))
    })

    // To delete again what was deleted is done, as every command that is repeated.
    const deleted = (name: string) => (name === 'delete' ? doneWithout : refusal('411.1'))

    test('has rules of Quartz, with names in any case', async () => {
      for (const rule of [...quartzRules, rare]) {
        await done(method, 'cron/delete', { cron_id: await add(rule) })
      }
      for (const rule of ['* * * * *', '0 0 25 * * ?', '0 0 0 * * *', 'x', '0 0 0 30 2 ?', ' ']) {
        expect(await refused('cron/add', { ...hello, rule })).toBe(refusal('403.5'))
      }
      expect(await refused('cron/add', hello)).toBe(refusal('403.5'))
    })

    test('is refused by the codes of the contract', async () => {
      expect(await refused('cron/add', { ...hello, rule: rare, ip: '10.255.255.1' })).toBe(refusal('410.1'))
      for (const name of ['detail', 'info', 'start', 'stop', 'delete']) {
        for (const wrong of [{}, { cron_id: ' ' }, { cron_id: 'short' }, { cron_id: '0'.repeat(17) }]) {
          expect(await refused(`cron/${name}`, wrong)).toBe(refusal('403.9'))
        }
        expect(await refused(`cron/${name}`, { cron_id: unknownId })).toBe(refusal('411.1'))
      }
      const key = { rule: rare, idempotency_key: `cron ${method}` }
      expect(await add(rare, key)).toBe(await add(rare, key))
    })
  })

  describe('info', () => {
    test('has the agents that the auth id may use', async () => {
      const agents = platform.ready().agents.map(({ ip }) => ip)
      expect(await done(method, 'info/agents')).toEqual(expect.arrayContaining(agents))
    })

    test('has an agent, with its crons where they are asked for', async () => {
      const detail = await done(method, 'info/agents/detail', { ip: hello.ip })
      expect(detail).toEqual({
        ip: hello.ip,
        asset: expect.stringMatching(/./),
        last_hb_time: expect.stringMatching(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/),
      })
      expect(Object.keys(detail).join()).toBe('ip,asset,last_hb_time')
      expect(Object.keys(await done(method, 'info/agents/detail', { ip: hello.ip, showcron: 'false' })).join()).toBe('ip,asset,last_hb_time')
      const withCrons = await done(method, 'info/agents/detail', { ip: hello.ip, showcron: 'True' })
      expect(withCrons.cron_list.every((id: string) => /^[0-9A-F]{16}$/.test(id))).toBe(true)
      expect(await refused('info/agents/detail', { ip: '10.255.255.1' })).toBe(refusal('414.1'))
      for (const wrong of [{}, { ip: 'x' }]) expect(await refused('info/agents/detail', wrong)).toBe(refusal('403.1'))
    })

    test.each(['info/app', 'info/apps'])('%s needs the supervisor, which is not there yet', async (name) => {
      expect(await refused(name, {})).toBe(refusal('402.1'))
    })
  })

  test('where nothing is, the envelope says so', async () => {
    const { text: answer, ...form } = await rest.call(method, { path: '/api/v2/rt/nothing' })
    expect(answer).toBe('{"flag":"false","error":"[500]Internal ServerError: nothing is at /api/v2/rt/nothing"}')
    expect(form).toEqual({ status: 404, type: 'application/json; charset=utf-8' })
    rest.seenCodes.add('500')
  })
})

test('a POST is read with the query and the body in one, and the body comes last', async () => {
  const { url } = platform.ready()
  const path = '/api/v2/rt/exec'
  let signed = ''
  const change = (query: string) => {
    signed = query
    return query
  }
  await rest.call('GET', { path, parameters: { ...hello, func: 'echo', param: '"body"' }, change })
  const [inQuery, inBody] = [new URLSearchParams(signed), new URLSearchParams()]
  for (const name of ['param', 'sign', 'ip']) {
    inBody.set(name, inQuery.get(name) ?? '')
    inQuery.set(name, 'query')
  }
  const response = await fetch(`${url}${path}?${inQuery}`, { method: 'POST', body: inBody })
  expect(await response.json()).toMatchObject({ flag: 'true', result: { worker_message: '"body"' } })
})

test('every endpoint and every parameter of the contract is in the OpenAPI document, and nothing else but our idempotency_key', async () => {
  const { paths } = rest
  expect(Object.keys(paths).sort()).toEqual(
    Object.keys(contract)
      .map((name) => `/api/v2/${name}`)
      .sort(),
  )
  for (const [name, { needed, optional }] of Object.entries(contract)) {
    const own = paths[`/api/v2/${name}`].get.parameters.filter((each: RestResult) => each.name !== undefined && each.name !== 'idempotency_key')
    const namesOf = (isNeeded: boolean) => own.filter(({ required }: RestResult) => required === isNeeded).map((each: RestResult) => each.name)
    expect(namesOf(true).sort()).toEqual([...needed].sort())
    expect(namesOf(false).sort()).toEqual([...optional].sort())
  }
})

test('this file called every endpoint by GET and by POST, and saw every code but those that it says another test sees', () => {
  expect([...rest.seenCalls].sort()).toEqual(
    Object.keys(contract)
      .flatMap((name) => restMethods.map((method) => `${method} ${name}`))
      .sort(),
  )
  expect([...rest.seenCodes, ...codesSeenElsewhere()].sort()).toEqual(Object.keys(texts).sort())
})
