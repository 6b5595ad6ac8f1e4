import type { ShownThings } from './shown-things.ts'

/** Every page of the dashboard with the address that shows it; `ID` stands for a thing that is there. */
export const dashboardPages = [
  { name: 'overview', path: '/' },
  { name: 'run', path: '/run' },
  { name: 'tasks', path: '/tasks' },
  { name: 'task', path: '/tasks/ID' },
  { name: 'approvals', path: '/approvals' },
  { name: 'queues', path: '/queues' },
  { name: 'queue', path: '/queues/ID' },
  { name: 'schedules', path: '/schedules' },
  { name: 'agents', path: '/agents' },
  { name: 'agent', path: '/agents/ID' },
  { name: 'apps', path: '/apps' },
  { name: 'access', path: '/access' },
  { name: 'audit', path: '/audit' },
  { name: 'system', path: '/system' },
  { name: 'me', path: '/me' },
] as const

/** What a page shows in other ways. */
export const dashboardViews = [
  { name: 'schedules', view: 'calendar', path: '/schedules?view=calendar' },
  { name: 'agents', view: 'groups', path: '/agents?group=platform' },
  { name: 'audit', view: 'past', path: '/audit?view=past' },
  { name: 'audit', view: 'report', path: '/audit?view=report' },
] as const

export type DashboardPage = (typeof dashboardPages)[number]

export function addressOf({ name, path }: DashboardPage, things: ShownThings): string {
  return name === 'task' || name === 'queue' || name === 'agent' ? path.replace('ID', things[name]) : path
}
