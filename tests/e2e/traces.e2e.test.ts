import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { headersOf } from '../support/doors.ts'
import { type OtlpReceiver, otlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.ts'
import { startPlatform, type TestPlatform, testedRunner } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** Spans of real requests, as a collector gets them. Containers can't reach a collector of this process. */

/** Answers with the variable that programs take the span from that they belong under; `fail` fails. */
const worker = `import os, sys
flag = 'false' if sys.argv[2] == 'fail' else 'true'
print('<ElvesWFlag>%s</ElvesWFlag> <ElvesWResult>%s</ElvesWResult>' % (flag, os.environ.get('TRACEPARENT', 'none')))
`
/** Behind a gateway in the cluster, so that the spans come from all services. */
const agentOf = { standalone: '127.0.0.1', cluster: '127.0.0.3' } as const

let platform: TestPlatform
let collector: OtlpReceiver

interface Told {
  readonly type: string
  readonly correlationId: string
}

interface Ran {
  readonly id: string
  readonly correlationId: string
  readonly result: { readonly message: string }
  readonly events: { readonly nodes: readonly Told[] }
}

async function run(func: string, headers: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const mutation = `mutation ($input: RunTaskInput!) {
    runTask(input: $input) { task { id correlationId result { message } } refusal { code } }
  }`
  const input = { agent: agentOf[testedRunner ?? 'standalone'], app: 'traced', func, wait: true }
  const answer = await fetch(platform.ready().graphqlUrl, {
    method: 'POST',
    headers: { ...headersOf(platform.ready()), ...headers },
    body: JSON.stringify({ query: mutation, variables: { input } }),
  })
  const { data } = (await answer.json()) as { data: { runTask: { task: Ran | null } } }
  if (!data.runTask.task) throw new Error(JSON.stringify(data))
  return data.runTask.task
}

/** Waits for the span of the request, which is over last, and for those of the task. */
async function traceOf(traceId: string): Promise<readonly ReceivedSpan[]> {
  const found = () => collector.spans.filter((span) => span.traceId === traceId)
  const isWhole = () => ['POST', 'task', 'run', 'end', 'dispatch'].every((kind) => found().some(({ name }) => name.startsWith(kind)))
  await waitFor(isWhole, { what: `the spans of ${traceId}`, timeoutMs: 60_000 })
  await waitFor(() => found().some(({ name }) => /record .*Task(Succeeded|Failed)/.test(name)), { what: 'the record of the end' })
  return found()
}

function one(spans: readonly ReceivedSpan[], beginning: string): ReceivedSpan {
  const found = spans.filter(({ name }) => name.startsWith(beginning))
  expect([beginning, found.map(({ name }) => name)]).toEqual([beginning, [expect.any(String)]])
  return found[0] as ReceivedSpan
}

describe.runIf(testedRunner)('traces', () => {
  beforeAll(async () => {
    collector = await otlpReceiver()
    platform = await startPlatform({ sharesBroker: true, env: { ELVES_OTLP_ENDPOINT: collector.url } })
    const app = join(platform.dataDir, 'apps', 'traced')
    await mkdir(app, { recursive: true })
    await writeFile(join(app, 'app-worker.py'), worker)
    await chmod(app, 0o755)
  })
  afterAll(async () => {
    await platform?.dispose()
    await collector?.close()
  })

  test('a request is one tree of spans, from the door to the worker and back, under the ids of its events', async () => {
    const task = await run('say')
    const traceId = task.correlationId.replaceAll('-', '')
    const spans = await traceOf(traceId)
    const request = one(spans, 'POST /graphql')
    const whole = one(spans, 'task traced.say')
    const decided = one(spans, 'record TaskRequested')
    const dispatch = one(spans, 'dispatch')
    const ran = one(spans, 'run traced.say')
    const end = one(spans, 'end TaskSucceeded')
    expect(request.parentSpanId).toBe('')
    expect(whole.parentSpanId).toBe(request.spanId)
    expect([decided, dispatch, end].map(({ parentSpanId }) => parentSpanId)).toEqual([whole.spanId, whole.spanId, whole.spanId])
    expect(ran.parentSpanId).toBe(dispatch.spanId)
    const ids = new Set(spans.map(({ spanId }) => spanId))
    expect(spans.filter(({ parentSpanId }) => parentSpanId !== '' && !ids.has(parentSpanId))).toEqual([])
    expect(ids.size).toBe(spans.length)
    for (const { attributes } of spans) expect(attributes['elves.correlation_id']).toBe(task.correlationId)
    for (const { startMs, endMs } of spans) expect(endMs).toBeGreaterThanOrEqual(startMs)
    expect(whole.attributes).toMatchObject({ 'elves.task_id': task.id, 'elves.app': 'traced', 'elves.func': 'say', 'elves.attempt': 1 })
    expect(spans.filter(({ isFailed }) => isFailed)).toEqual([])
    // What the worker tells belongs under its run.
    expect(task.result.message).toBe(`00-${traceId}-${ran.spanId}-01`)
    const services = new Set(spans.map(({ service }) => service))
    expect(services).toEqual(
      new Set(testedRunner === 'standalone' ? ['elves-standalone'] : ['elves-query-service', 'elves-command-service', 'elves-gateway']),
    )
    type Log = { correlation: { nodes: readonly Told[] } | null; events: { nodes: readonly Told[] } }
    const query = `query ($f: EventFilter) { events(filter: $f, first: 50) { nodes { type correlationId } } }`
    const log = async () => (await platform.graphql<Log>(query, { f: { correlationId: task.correlationId } })).events.nodes
    await waitFor(async () => (await log()).some(({ type }) => type === 'TaskSucceeded'), { what: 'the events of the trace' })
  })

  test("a request's own traceparent is what its spans and the worker are under, and a task that fails says so", async () => {
    const [traceId, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7']
    const task = await run('fail', { traceparent: `00-${traceId}-${parent}-01`, 'x-correlation-id': 'order-66' })
    expect(task.correlationId).toBe('order-66')
    const spans = await traceOf(traceId)
    expect(one(spans, 'POST /graphql').parentSpanId).toBe(parent)
    const ran = one(spans, 'run traced.fail')
    expect(task.result.message).toBe(`00-${traceId}-${ran.spanId}-01`)
    expect([ran, one(spans, 'task traced.fail'), one(spans, 'POST')].map(({ isFailed }) => isFailed)).toEqual([true, true, false])
  })

  test('a request that its sender does not want traced is not, and the worker is told so', async () => {
    const traceId = 'a'.repeat(32)
    const task = await run('say', { traceparent: `00-${traceId}-00f067aa0ba902b7-00` })
    expect(task.result.message).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`))
    // Its spans would come before those of a later request.
    const later = await run('say')
    await traceOf(later.correlationId.replaceAll('-', ''))
    expect(collector.spans.filter((span) => span.traceId === traceId)).toEqual([])
  })

  test('a command that is no task is a span of its own', async () => {
    const mutation = 'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { schedule { id } refusal { code } } }'
    const input = { rule: '0 0 0 1 1 ?', timeZone: 'UTC', agent: '127.0.0.1', app: 'traced', func: 'say' }
    await platform.graphql(mutation, { input })
    const span = await waitFor(() => collector.spans.find(({ name }) => name === 'command createSchedule'), { what: 'the span of the command' })
    expect(span.attributes['elves.code']).toBe('OK')
    await waitFor(() => collector.spans.some(({ spanId }) => spanId === span.parentSpanId), { what: 'the span of its request' })
  })
})
