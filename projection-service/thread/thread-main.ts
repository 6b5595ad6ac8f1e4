import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromThread, ThreadData, ToThread } from './messages.ts'

/** The thread of the projectors: everything comes with its data, and from its parent. */
const port = parentPort
if (port === null) throw new Error('this runs as a thread only')
const data = workerData as ThreadData
if (data.compileCache !== undefined) enableCompileCache(data.compileCache)
// Imported after the cache is on.
const { projectionsInThread } = await import('./projections-in-thread.ts')
const post = (message: FromThread) => port.postMessage(message)
const projections = await projectionsInThread(data, post)
port.on('message', (message: ToThread) => {
  if (message === 'news') projections.news()
  // With the port closed, nothing keeps the thread.
  else if (message === 'stop') void projections.stop().finally(() => port.close())
  else projections.news(message)
})
