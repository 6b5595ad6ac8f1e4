import { createBrowserRouter, type RouteObject } from 'react-router'
import { Frame } from './layout/frame.tsx'
import { Broken } from './parts/broken.tsx'

/** Each page is loaded when it is first opened, or before ({@link loadPagesLater}). */
const pages: RouteObject[] = [
  { index: true, lazy: async () => ({ Component: (await import('./pages/overview/overview.tsx')).Overview }) },
  { path: 'run', lazy: async () => ({ Component: (await import('./pages/run/run.tsx')).Run }) },
  { path: 'tasks', lazy: async () => ({ Component: (await import('./pages/tasks/tasks.tsx')).Tasks }) },
  { path: 'tasks/:id', lazy: async () => ({ Component: (await import('./pages/task/task.tsx')).Task }) },
  { path: 'approvals', lazy: async () => ({ Component: (await import('./pages/approvals/approvals.tsx')).Approvals }) },
  { path: 'queues', lazy: async () => ({ Component: (await import('./pages/queues/queues.tsx')).Queues }) },
  { path: 'queues/:id', lazy: async () => ({ Component: (await import('./pages/queue/queue.tsx')).Queue }) },
  { path: 'schedules', lazy: async () => ({ Component: (await import('./pages/schedules/schedules.tsx')).Schedules }) },
  { path: 'agents', lazy: async () => ({ Component: (await import('./pages/agents/agents.tsx')).Agents }) },
  { path: 'agents/:id', lazy: async () => ({ Component: (await import('./pages/agent/agent.tsx')).Agent }) },
  { path: 'apps', lazy: async () => ({ Component: (await import('./pages/apps/apps.tsx')).Apps }) },
  { path: 'access', lazy: async () => ({ Component: (await import('./pages/access/access.tsx')).Access }) },
  { path: 'audit', lazy: async () => ({ Component: (await import('./pages/audit/audit.tsx')).Audit }) },
  { path: 'me', lazy: async () => ({ Component: (await import('./pages/me/me.tsx')).Me }) },
  { path: 'system', lazy: async () => ({ Component: (await import('./pages/system/system.tsx')).System }) },
]

/** After the first page has shown what it has. */
const laterMs = 3_000

/**
 * Loads the pages that were not opened yet, one after the other, while the browser has nothing else to do: the first visit of each is then as
 * quick as the next. What can not be loaded now is loaded when it is opened.
 */
export function loadPagesLater(): void {
  const idle = () => new Promise<unknown>((resolve) => ('requestIdleCallback' in globalThis ? requestIdleCallback(resolve) : setTimeout(resolve)))
  setTimeout(async () => {
    for (const { lazy } of pages) {
      await idle()
      if (typeof lazy === 'function') await lazy().catch(() => undefined)
    }
  }, laterMs)
}

export const router = createBrowserRouter([{ path: '/', Component: Frame, ErrorBoundary: Broken, HydrateFallback: () => null, children: pages }])
