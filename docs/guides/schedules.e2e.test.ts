import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedPlatform, type TestPlatform } from '@elves/tests/support/platform.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The samples of the guide, run in their order on a platform with one agent. */

const guide = readFileSync(join(import.meta.dirname, 'schedules.md'), 'utf8')
const samples = [...guide.matchAll(/^```graphql\n([\s\S]*?)^```$/gm)].map(([, sample = '']) => sample)
let platform: TestPlatform
let schedule = ''

beforeAll(async () => {
  platform = await sharedPlatform()
})

afterAll(async () => {
  // It would fire as long as other files share the platform.
  if (schedule !== '') await platform.graphql('mutation ($id: ID!) { deleteSchedule(input: { schedule: $id }) { position } }', { id: schedule })
  await platform?.dispose()
})

test('each sample does what the guide says', async () => {
  const [preview, create, list, ...more] = samples
  expect(more).toEqual([])
  expect(await platform.graphql(preview ?? '')).toEqual({
    previewRule: ['2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z', '2026-03-31T00:30:00.000Z'],
  })
  const { createSchedule } = await platform.graphql<{ createSchedule: { schedule: { id: string; nextFires: string[] } } }>(create ?? '')
  schedule = createSchedule.schedule.id
  expect(createSchedule).toMatchObject({ schedule: { state: 'RUNNING' }, refusal: null })
  expect(createSchedule.schedule.nextFires).toHaveLength(3)
  await waitFor(async () => {
    const { schedules } = await platform.graphql<{ schedules: { nodes: { id: string; lastFire: { outcome: string } | null }[] } }>(list ?? '')
    return schedules.nodes.some(({ id, lastFire }) => id === createSchedule.schedule.id && lastFire?.outcome === 'FIRED')
  })
})
