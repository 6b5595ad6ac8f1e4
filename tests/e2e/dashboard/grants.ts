import { expect, test } from 'vitest'
import { type Dashboard, patient } from '../../browser/dashboard.ts'
import { signInBy } from '../../browser/sign-in.ts'
import { accessibilityFaults } from '../../browser/watched-page.ts'
import { done } from '../../support/people.ts'
import { waitFor } from '../../support/wait-for.ts'

/** `2026-11-27 14:05:09`, as the fields of the pages take it; the browser shows UTC. */
const typed = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')

/** The fields have seconds. Returns one that is whole between what was done before the call and what is done after it. */
async function secondBetween(): Promise<number> {
  const second = Math.ceil(Date.now() / 1000) * 1000
  await waitFor(() => Date.now() > second + 1_000, { what: 'the next second' })
  return second
}

/** A grant: given, used, revoked, and who could, then and now. */
export function grantFlows(dashboard: () => Dashboard): void {
  test('a grant is given, used, and revoked; who could is told in sentences, now and at a time of the past', async () => {
    const { shown, people, asAdmin, another } = dashboard()
    const { page } = shown
    const make = 'mutation ($i: CreateUserInput!) { createUser(input: $i) { user { id } password } }'
    const { createUser } = await asAdmin<{ createUser: { user: { id: string }; password: string } }>(make, { i: { name: 'guest', roles: [] } })
    const password = 'the long word of nobody'
    await done(people.changePassword(await people.tokenOf('guest', createUser.password), createUser.password, password))
    const give = 'mutation ($i: GrantInput!) { grant(input: $i) { refusal { code } } }'
    await asAdmin(give, { i: { subject: { kind: 'USER', id: createUser.user.id }, permission: 'VIEW' } })

    const { shown: theirs, context } = await another()
    await theirs.load('/?lang=en')
    await signInBy(theirs.page, 'guest', password)
    await theirs.page.waitForSelector('[data-page="overview"]')
    await theirs.live()
    await theirs.page.getByRole('navigation').getByRole('link', { name: 'Tasks', exact: true }).waitFor()
    expect(await theirs.page.getByRole('navigation').getByRole('link', { name: 'Run a task' }).count()).toBe(0)

    await shown.go('/access')
    await shown.button('Grant').click()
    await shown.choose(shown.dialog().locator('#id'), 'guest', 'guest')
    await shown.dialog().locator('#apps').press('Backspace')
    await shown.dialog().locator('#apps').fill('apptest')
    await shown.dialog().locator('#apps').press('Enter')
    await shown.dialog().getByRole('button', { name: 'Grant' }).click()
    const given = page.locator('[data-grant]', { hasText: 'apptest' }).filter({ hasText: 'guest' })
    await given.waitFor()
    expect(await accessibilityFaults(page)).toEqual([])

    // What is offered is asked for again on the way to another page.
    await theirs.page.getByRole('navigation').getByRole('link', { name: 'Tasks', exact: true }).click()
    await theirs.page.getByRole('navigation').getByRole('link', { name: 'Run a task' }).click()
    await theirs.page.waitForSelector('[data-page="run"]')
    await theirs.page.locator('#app').fill('apptest')
    await theirs.page.locator('#func').fill('helloword')
    await theirs.page.getByText('Selector', { exact: true }).click()
    await theirs.page.locator('#selector').fill('ip=127.0.0.1')
    const run = async () => {
      await theirs.page.getByRole('button', { name: 'Run…' }).click()
      await theirs.dialog().getByRole('button', { name: 'Run', exact: true }).click()
    }
    await run()
    await theirs.page.waitForSelector('[data-ended="1"][data-all="1"]')
    await theirs.page.locator('[data-group="1"] [data-state="SUCCEEDED"]').waitFor()
    expect(theirs.faults()).toEqual([])

    const could = await secondBetween()
    await given.getByRole('button', { name: 'Revoke' }).click()
    await shown.dialog().getByRole('textbox').fill('the visit is over')
    await shown.dialog().getByRole('button', { name: 'Revoke' }).click()
    await given.waitFor({ state: 'detached' })
    await run()
    await theirs.page.getByText('FORBIDDEN').first().waitFor()

    const ask = page.locator('form', { has: page.getByRole('button', { name: 'Ask' }) })
    await ask.getByLabel('App', { exact: true }).fill('apptest')
    await ask.getByRole('button', { name: 'Ask' }).click()
    const answer = page.locator('[data-who-can]')
    await answer.getByText('admin').first().waitFor()
    expect(await answer.getByText('guest').count()).toBe(0)
    await ask.getByLabel('At that time').fill(typed(could))
    await ask.getByLabel('At that time').press('Enter')
    await ask.getByRole('button', { name: 'Ask' }).click()
    await answer.locator('li', { hasText: 'guest' }).first().waitFor()
    await expect.poll(() => answer.locator('li', { hasText: 'guest' }).first().textContent(), patient).toMatch(/guest.*apptest/)

    await shown.speak('zh')
    await expect.poll(() => answer.locator('li', { hasText: 'guest' }).first().textContent(), patient).toMatch(/[\u4e00-\u9fff]/)
    await shown.speak('en')
    expect(shown.faults()).toEqual([])
    await context.close()
  })
}
