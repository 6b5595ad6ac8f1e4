import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { clusterPorts, keptPorts } from './ports.ts'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'elves-ports-'))
})

afterEach(() => rm(dir, { recursive: true, force: true }))

test('each instance keeps its port over starts, also over one of another size', async () => {
  const scale = { 'command-service': 2, gateway: 2, 'projection-service': 1, 'query-service': 1 }
  const first = await clusterPorts(dir, scale, { http: 4100, gateway: 0 })
  expect(first.fronts.http).toBe(4100)
  const { fronts, kafka, services } = first
  expect(new Set([fronts.gateway, kafka, ...Object.values(services).flat()]).size).toBe(8)
  await clusterPorts(dir, { ...scale, gateway: 1 }, { http: 0, gateway: 0 })
  expect(await clusterPorts(dir, scale, { http: 4100, gateway: 0 })).toEqual(first)
})

test('a port that somebody else has by now is replaced', async () => {
  const { one } = await keptPorts(dir, ['one'])
  const other = createServer().listen(one, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  try {
    const again = await keptPorts(dir, ['one'])
    expect(again['one']).not.toBe(one)
  } finally {
    other.close()
  }
})
