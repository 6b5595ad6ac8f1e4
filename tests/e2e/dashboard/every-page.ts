import { expect, test } from 'vitest'
import type { Dashboard } from '../../browser/dashboard.ts'
import { seeEveryPage } from '../../browser/every-page.ts'

/** As the admin, to whom everything is offered. */
export function everyPage(dashboard: () => Dashboard): void {
  test.each([
    { language: 'en', theme: 'light' },
    { language: 'zh', theme: 'dark' },
  ] as const)('every page in $language, $theme: no error, no request to another origin, nothing serious of axe', async ({ language, theme }) => {
    const { shown, things } = dashboard()
    await shown.load(`/?lang=${language}&theme=${theme}`)
    await shown.live()
    const { accessibility, offered, notOffered } = await seeEveryPage(shown.page, things())
    expect(accessibility).toEqual([])
    expect(shown.faults()).toEqual([])
    expect(shown.refused()).toEqual([])
    expect(offered).toEqual(expect.arrayContaining(['MANAGE_ACCESS', 'MANAGE_AGENTS', 'MANAGE_APPS', 'MANAGE_SECRETS', 'RUN', 'SCHEDULE']))
    expect(notOffered).toEqual([])
    // What was chosen by the address is kept; the tests after this one read English.
    await shown.load('/?lang=en&theme=light')
  })
}
