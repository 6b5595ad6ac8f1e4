import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { documentedMetrics } from '../support/documented-metrics.ts'
import { keysThereTwice } from '../support/log-lines.ts'
import { complaints, type ShownMetric, shownMetrics } from '../support/metrics.ts'
import { startPlatform, type TestPlatform, testedRunner } from '../support/platform.ts'
import { serviceAddresses } from '../support/service-addresses.ts'

/** What an operator sees: metrics and log lines of the running services. Containers run the same services. */

describe.runIf(testedRunner)('what an operator sees', () => {
  let platform: TestPlatform
  const shown = new Map<string, readonly ShownMetric[]>()

  beforeAll(async () => {
    platform = await startPlatform({ sharesBroker: true, env: { ELVES_LOG_LEVEL: 'info' } })
    const { agents } = platform.ready()
    for (const { ip } of agents) {
      await platform.graphql('mutation($input: RunTaskInput!) { runTask(input: $input) { task { state } refusal { code } } }', {
        input: { agent: ip, app: 'apptest', func: 'helloword', wait: true },
      })
    }
    await expect(platform.graphql('{ nothing }')).rejects.toThrow()
    for (const [service, url] of Object.entries(serviceAddresses(platform))) {
      const answer = await fetch(`${url}/metrics`)
      shown.set(service, shownMetrics(await answer.text()))
    }
  })
  afterAll(async () => {
    await platform?.stop()
    await platform?.dispose()
  })

  test('every metric is as Prometheus wants it', () => {
    expect([...shown.values()].flatMap((metrics) => metrics.flatMap(complaints))).toEqual([])
  })

  test('metrics.md has the metrics of ours that the services show, with type, labels and meaning, and the services show those of metrics.md', () => {
    for (const [service, metrics] of shown) {
      const ours = metrics.filter(({ name }) => name.startsWith('elves_'))
      const rows = documentedMetrics().filter(({ where }) => where.includes(service))
      expect([service, ours.map(({ name }) => name).toSorted()]).toEqual([service, rows.map(({ name }) => name).toSorted()])
      for (const { name, type, labels, meaning } of rows) {
        const metric = ours.find((one) => one.name === name)
        expect({ name, type: metric?.type, meaning: metric?.help }).toEqual({ name, type, meaning })
        // A metric may have no series now: for example, only the active instance has a lag.
        if (metric?.series.length) expect([name, [...metric.labels].toSorted()]).toEqual([name, [...labels]])
      }
    }
  })

  test('counters and histograms have their series before anything happened to them', () => {
    const absent = [...shown].flatMap(([service, metrics]) =>
      metrics
        .filter(({ name, type, series }) => name.startsWith('elves_') && type !== 'gauge' && series.length === 0)
        .map(({ name }) => `${service}: ${name}`),
    )
    expect(absent).toEqual([])
  })

  test('the number of series is bounded as metrics.md says', () => {
    for (const metrics of shown.values()) expect(metrics.flatMap(({ series }) => series).length).toBeLessThan(5_000)
  })

  test.runIf(testedRunner === 'standalone')('no line of the log has a key twice, and each task has one line', async () => {
    const log = await readFile(join(platform.dataDir, 'logs', 'standalone.log'), 'utf8')
    const lines = log.split('\n').filter(Boolean)
    expect(lines.flatMap(keysThereTwice)).toEqual([])
    const ends = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'a task has ended')
    expect(ends).toMatchObject([
      { service: 'standalone', part: 'command-service', app: 'apptest', func: 'helloword', state: 'SUCCEEDED', attempt: 1 },
    ])
  })
})
