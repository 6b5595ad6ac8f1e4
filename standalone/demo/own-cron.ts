import { mkdir, writeFile } from 'node:fs/promises'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import type { Reinstruct } from '@elves/agent/processing/generated/processor_types.js'
import { askPlatform } from '../ask-platform.ts'
import type { Ready } from '../ready-file.ts'
import { historyTable } from './history-table.ts'
import { taskHistory } from './tasks.ts'
import { waitForAnswer } from './wait-for-answer.ts'

const app = 'booked'

/**
 * Gives the agent a cron of its own in mode P, and the app of it a Thrift processor as apps of Elves 0.1.x have one.
 * Resolves with text for people.
 *
 * @param cronFile what ELVES_AGENT_CRON_FILE of the platform names
 * @param appsDir the folder that the agent has its apps in
 */
export async function ownCron(ready: Ready, { cronFile, appsDir }: { readonly cronFile: string; readonly appsDir: string }): Promise<string> {
  const processor = await startProcessor()
  try {
    await mkdir(join(appsDir, app))
    await writeFile(join(appsDir, app, 'app-worker.py'), 'print("<ElvesWFlag>true</ElvesWFlag><ElvesWResult>noted</ElvesWResult>")\n')
    await writeFile(join(appsDir, app, 'appcfg.json'), JSON.stringify({ Processor: { Addr: '127.0.0.1', Port: processor.port, Timeout: 0 } }))
    await writeFile(cronFile, JSON.stringify({ DEMO: { Flag: 'true', App: app, Func: 'note', Mode: 'P', Rule: '* * * * * *' } }))
    const text = '{ tasks(filter: { kinds: [AGENT_CRON] }) { nodes { id processing { state } } } }'
    const id = await waitForAnswer('a run of the agent’s own cron', async () => {
      const { tasks } = await askPlatform<{ tasks: { nodes: { id: string; processing: { state: string } | null }[] } }>(ready, text)
      return tasks.nodes.find(({ processing }) => processing?.state === 'DELIVERED')?.id ?? null
    })
    await writeFile(cronFile, '{}')
    const given = processor.results.find(({ ins }) => ins.id === id)
    return [
      `The agent ran ${app}.note by its own cron.json, and gave the result to the processor of the app:\n`,
      `  runProcessor(app ${given?.ins.app}, func ${given?.ins.func}, flag ${given?.flag}, result ${given?.result})\n`,
      `What happened to task ${id}:\n\n${historyTable(await taskHistory(ready, id))}`,
    ].join('\n')
  } finally {
    await processor.stop()
  }
}

/** A Thrift server on a port of its own. */
async function startProcessor(): Promise<{ readonly port: number; readonly results: readonly Reinstruct[]; stop(): Promise<void> }> {
  const [{ default: thrift }, { default: AppService }] = await Promise.all([
    import('thrift'),
    import('@elves/agent/processing/generated/AppService.js'),
  ])
  const results: Reinstruct[] = []
  const runProcessor = async (result: Reinstruct) => {
    results.push(result)
    return 'taken'
  }
  const server = thrift.createServer(AppService, { runProcessor }) as Server
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    results,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
