import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { OutputSender } from '@elves/agent/output/output-sender.ts'
import { binaryArray } from '@elves/core/eventing/postgres/binary-array.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { bareLink } from '../bare-link.ts'
import type { Bench, Row } from '../bench.ts'
import { figure } from '../figure.ts'
import { graphqlClient } from '../graphql-client.ts'

const MiB = 1024 * 1024
const runsAtOnce = 4
const bytesPerRun = 16 * MiB
const chunkBytes = 64 * 1024
const roomBytes = 8 * MiB
const mutation = `mutation ($agent: String!) { runTask(input: { agent: $agent, app: "bench", func: "print", wait: false }) { task { id } refusal { code } } }`

/**
 * What four runs of one agent print at once, from the first byte until the center has confirmed the last; baseline: the same bytes, in
 * rows of 64 KiB and transactions of 1 MiB, into a table with a key. The output log rests as long as it writes, so half of the
 * baseline is the most.
 */
export const outputMegabytesPerSecond: Row = {
  names: ['output-megabytes-per-second'],
  async measure({ center, runs, progress }) {
    const client = graphqlClient(center, 1)
    const agent = printingAgent(center.gatewayUrl)
    const [ours, raw]: [number[], number[]] = [[], []]
    try {
      while (!agent.link.isUp) await delay(20)
      for (let run = 0; run < runs; run++) {
        progress(`output, run ${run + 1} of ${runs}`)
        raw.push(await perSecond(() => rawInserts(center.database)))
        const taskIds: string[] = []
        for (let nth = 0; nth < runsAtOnce; nth++) {
          const { runTask } = await client.request<{ runTask: { task: { id: string } | null } }>(mutation, { agent: agent.agentId })
          if (!runTask.task) throw new Error('a task was refused')
          taskIds.push(runTask.task.id)
        }
        ours.push(await perSecond(() => agent.print(taskIds)))
      }
    } finally {
      await client.close()
      await agent.stop()
    }
    return [figure('output-megabytes-per-second', 'MB/s', ours, raw)]
  },
}

async function perSecond(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (runsAtOnce * bytesPerRun) / 1000 / (performance.now() - startedAt)
}

/** Text that compresses about as well as the output of programs. */
function chunkOf(nth: number): Buffer {
  return Buffer.from(`${nth} ${randomBytes(chunkBytes / 4).toString('hex')}`.padEnd(chunkBytes, 'done\n').slice(0, chunkBytes))
}

function printingAgent(gatewayUrl: string) {
  const { agentId, bootId, clock, link } = bareLink(gatewayUrl, {
    onWelcome: () => output.linked(),
    onOutputReceipt: (reaches) => output.receipt(reaches),
  })
  const output: OutputSender = new OutputSender({
    keptBytes: bytesPerRun,
    spoolBytes: 4 * roomBytes,
    bootId,
    now: () => clock.now(),
    logger: silentLogger,
    link,
  })
  return {
    agentId,
    link,
    async print(taskIds: readonly string[]): Promise<void> {
      const taps = taskIds.map((taskId) => output.open({ taskId, attempt: 1 }))
      for (let at = 0; at < bytesPerRun; at += chunkBytes) {
        while (output.bytes > roomBytes) await delay(1)
        for (const tap of taps) tap.write('OUT', chunkOf(at))
      }
      for (const tap of taps) tap.end(false)
      await output.drained(120_000)
      if (output.bytes > 0) throw new Error('the center has not confirmed all output')
    },
    async stop(): Promise<void> {
      output.stop()
      await link.stop('the bench is over')
    },
  }
}

async function rawInserts(database: Bench['center']['database']): Promise<void> {
  const rowsAtOnce = MiB / chunkBytes
  await database.query('create table bench_output (at_offset bigint primary key, bytes bytea not null)')
  try {
    for (let at = 0; at < (runsAtOnce * bytesPerRun) / chunkBytes; at += rowsAtOnce) {
      const rows = Array.from({ length: rowsAtOnce }, (_, nth) => at + nth)
      const values = [binaryArray('int8', rows, (row) => row), binaryArray('bytea', rows, chunkOf)]
      await database.query('insert into bench_output select * from unnest($1::int8[], $2::bytea[])', values)
    }
  } finally {
    await database.query('drop table bench_output')
  }
}
