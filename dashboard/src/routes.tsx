import { createBrowserRouter, type RouteObject } from 'react-router'
import { Frame } from './layout/frame.tsx'
import { Broken } from './parts/broken.tsx'

/** Each page is loaded when it is first opened. */
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

export const router = createBrowserRouter([{ path: '/', Component: Frame, ErrorBoundary: Broken, HydrateFallback: () => null, children: pages }])
