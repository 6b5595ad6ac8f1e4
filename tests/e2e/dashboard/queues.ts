import { expect, test } from 'vitest'
import { type Dashboard, patient } from '../../browser/dashboard.ts'

/** Queues: tasks added in the graph, stopped, run again. */
export function queueFlows(dashboard: () => Dashboard): void {
  test('a queue is made open, gets a task after one that is chosen in its graph, and runs when it is committed', async () => {
    const { shown } = dashboard()
    const { page } = shown
    await shown.go('/queues')
    await shown.button('New queue').click()
    await shown.dialog().locator('#name').fill('by clicking')
    await shown.dialog().getByRole('switch').click()
    await shown.dialog().getByRole('button', { name: 'Create' }).click()
    await page.waitForSelector('[data-page="queue"] [data-state="OPEN"]')
    const nodes = page.locator('.react-flow__node')
    await nodes.nth(1).waitFor()
    await nodes.first().click()
    await shown.button('Add tasks after the 1 chosen').click()
    await shown.choose(shown.dialog().locator('#agents'), '(127.0.0.1)', '127.0.0.1')
    await shown.dialog().locator('#app').fill('apptest')
    await shown.dialog().locator('#func').fill('helloword')
    await shown.dialog().getByRole('button', { name: 'Add', exact: true }).click()
    await nodes.nth(2).waitFor()
    await expect.poll(() => page.locator('.react-flow__edge').count(), patient).toBe(2)
    await shown.button('Commit').click()
    await shown.dialog().getByRole('button', { name: 'Commit' }).click()
    await page.waitForSelector('[data-page="queue"] header [data-state="SUCCEEDED"]')
    expect(shown.faults()).toEqual([])
  })

  test('a queue is stopped, and what has not succeeded runs again as a new one', async () => {
    const { shown, platform, asAdmin } = dashboard()
    const { page } = shown
    const step = { agent: platform.ready().agents[0]?.ip, app: 'apptest', func: 'helloword' }
    const tasks = [
      { ...step, key: 'first' },
      { ...step, key: 'second', dependsOn: ['first'] },
    ]
    const make = 'mutation ($input: CreateQueueInput!) { createQueue(input: $input) { queue { id } } }'
    const { createQueue } = await asAdmin<{ createQueue: { queue: { id: string } } }>(make, { input: { name: 'to be stopped', tasks } })
    const isThere = async () => (await asAdmin<{ queue: object | null }>(`{ queue(id: "${createQueue.queue.id}") { id } }`)).queue
    await expect.poll(isThere).not.toBeNull()
    await shown.go(`/queues/${createQueue.queue.id}`)
    await shown.button('Stop').click()
    await shown.dialog().getByRole('textbox').fill('not now')
    await shown.dialog().getByRole('button', { name: 'Stop' }).click()
    await page.waitForSelector('[data-page="queue"] header [data-state="STOPPED"]')
    await shown.button('Run the 2 others again').click()
    await shown.dialog().getByRole('button', { name: 'Run the 2 others again' }).click()
    await page.waitForSelector('[data-page="queue"] header [data-state="SUCCEEDED"]')
    expect(page.url()).not.toContain(createQueue.queue.id)
    await expect.poll(() => page.locator('.react-flow__edge').count(), patient).toBe(1)
    expect(shown.faults()).toEqual([])
  })
}
