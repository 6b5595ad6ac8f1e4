import { expect, test } from 'vitest'
import { type Dashboard, patient } from '../../browser/dashboard.ts'

/** Tasks: the first one, filters, keys, a run on many agents, a connection that is lost. */
export function taskFlows(dashboard: () => Dashboard): void {
  test('runs a first task by clicking, with who that is before, and its result after', async () => {
    const { shown } = dashboard()
    const { page } = shown
    await shown.go('/run?app=apptest&func=helloword')
    await page.getByText('Selector', { exact: true }).click()
    await page.getByPlaceholder('env=prod').or(page.locator('#selector')).first().fill('ip=127.0.0.1')
    await page.waitForSelector('[data-preview="1"]')
    await page.getByRole('button', { name: 'Run…' }).click()
    await shown.dialog().getByRole('button', { name: 'Run', exact: true }).click()
    await page.waitForSelector('[data-ended="1"][data-all="1"]')
    await page.getByText('1 agents', { exact: true }).first().waitFor()
    await page.getByRole('link', { name: 'apptest.helloword' }).first().click()
    await page.waitForSelector('[data-page="task"] [data-state="SUCCEEDED"]')
    await page.getByText('TaskSucceeded').first().waitFor()
    expect(shown.faults()).toEqual([])
  })

  test('a run on all agents shows equal answers together, and runs the failed ones again', async () => {
    const { shown, asAdmin } = dashboard()
    const { page } = shown
    const { agents } = await asAdmin<{ agents: { nodes: { id: string }[] } }>('{ agents { nodes { id } } }')
    await shown.go(`/run?app=only-simulated&func=work&agent=${agents.nodes.map(({ id }) => id).join(',')}`)
    await page.waitForSelector('[data-preview="10"]')
    await page.getByRole('button', { name: 'Run…' }).click()
    await shown.dialog().getByRole('button', { name: 'Run', exact: true }).click()
    await page.waitForSelector('[data-ended="10"][data-all="10"]')
    // The nine simulated agents answer the same; the real one does not have the app.
    const groups = () => page.evaluate(`[...document.querySelectorAll('[data-group]')].map((one) => one.dataset.group)`)
    await expect.poll(groups, patient).toEqual(['9', '1'])
    await page.getByRole('button', { name: 'Run the 1 failed again' }).click()
    await page.waitForSelector('[data-ended="1"][data-all="1"]')
    await expect.poll(groups, patient).toEqual(['1'])
    expect(shown.faults()).toEqual([])
  })

  test('a filter stands in the address, is kept by a name, and what no longer matches is not shown', async () => {
    const { shown } = dashboard()
    const { page } = shown
    await shown.go('/tasks?state=REJECTED&app=not-installed')
    await page.locator('.ant-table [data-state="REJECTED"]').first().waitFor()
    expect(await page.locator('[data-page="tasks"] .ant-table [data-state="SUCCEEDED"]').count()).toBe(0)
    await shown.button('Saved filters').click()
    await page.getByRole('menuitem', { name: 'Save this filter' }).click()
    await shown.dialog().getByRole('textbox').fill('rejected')
    await shown.dialog().getByRole('button', { name: 'Save', exact: true }).click()
    await page.waitForSelector('[data-saved-filters="1"]')
    await shown.button('Clear filters').click()
    await page.locator('.ant-table [data-state="SUCCEEDED"]').first().waitFor()
    expect(new URL(page.url()).search).not.toContain('state')
    await shown.button('Saved filters').click()
    await page.getByRole('menuitem', { name: 'rejected', exact: true }).click()
    await expect.poll(() => new URL(page.url()).searchParams.get('state'), patient).toBe('REJECTED')
    await page.locator('.ant-table [data-state="REJECTED"]').first().waitFor()
    expect(shown.faults()).toEqual([])
  })

  test('keys go to pages, to the search, from row to row, and say what they are', async () => {
    const { shown } = dashboard()
    const { page } = shown
    await shown.go('/queues')
    await page.waitForSelector('[data-page="queues"]')
    await page.keyboard.press('g')
    await page.keyboard.press('t')
    await page.waitForSelector('[data-page="tasks"]')
    const rows = page.locator('.ant-table [data-row-key]')
    await rows.nth(1).waitFor()
    const [first, second] = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.ant-table [data-row-key]')].map((row) => row.dataset.rowKey)`,
    )
    const focused = () => page.evaluate(`document.activeElement?.closest('[data-row-key]')?.getAttribute('data-row-key') ?? null`)
    await page.keyboard.press('j')
    await expect.poll(focused, patient).toBe(first)
    await page.keyboard.press('j')
    await expect.poll(focused, patient).toBe(second)
    await page.keyboard.press('k')
    await expect.poll(focused, patient).toBe(first)
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-page="task"]')
    await page.keyboard.press('?')
    await page.waitForSelector('[data-keys]')
    await page.keyboard.press('Escape')
    await page.waitForSelector('[data-keys]', { state: 'detached' })
    await shown.go('/agents')
    await page.waitForSelector('[data-page="agents"]')
    await page.keyboard.press('/')
    expect(await page.evaluate(`document.activeElement?.matches('search input')`)).toBe(true)
    await page.evaluate('document.activeElement?.blur()')
    expect(shown.faults()).toEqual([])
  })

  test('a lost connection is shown, comes back without a reload, and the list has all that happened meanwhile, once', async () => {
    const { shown, platform, asAdmin } = dashboard()
    const { page } = shown
    await shown.go('/tasks?app=while-away')
    await shown.live()
    await page.getByText('No task matches the filters.').waitFor()
    await page.evaluate('globalThis.isStillThisPage = true')
    await shown.context.setOffline(true)
    await page.waitForSelector('[data-connection="lost"]')
    const [agent] = platform.ready().agents
    const inputs = Array.from({ length: 20 }, (_, index) => ({ agent: agent?.ip, app: 'while-away', func: `f${index}`, wait: false }))
    const run = 'mutation ($inputs: [RunTaskInput!]!) { runTasks(inputs: $inputs) { refusal { code } } }'
    await asAdmin(run, { inputs })
    await shown.context.setOffline(false)
    await shown.live()
    await asAdmin(run, { inputs: inputs.slice(0, 1).map((input) => ({ ...input, func: 'f20' })) })
    await page.getByText('while-away.f20').waitFor()
    const names = () => page.locator('.ant-table [data-row-key] a[href^="/tasks/"]').allTextContents()
    const wanted = Array.from({ length: 21 }, (_, index) => `while-away.f${index}`).sort()
    // All rows fit into the window of the browser and what the list renders below it.
    await page.setViewportSize({ width: 1360, height: 1400 })
    await expect.poll(async () => (await names()).sort(), patient).toEqual(wanted)
    await page.setViewportSize({ width: 1360, height: 850 })
    expect(await page.evaluate('globalThis.isStillThisPage')).toBe(true)
  })
}
