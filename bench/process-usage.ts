import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** Resident memory of a process in MB (10^6 bytes). Source: VmRSS of /proc/<pid>/status. */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024) / 1e6
}

/** CPU that the threads of a process use during `overMs`, in % of a core. Threads that end meanwhile are not counted. */
export async function cpuPercent(pid: number, overMs: number): Promise<number> {
  const before = await cpuByThread(pid)
  await delay(overMs)
  const after = await cpuByThread(pid)
  return [...after].reduce((sum, [thread, ms]) => sum + ms - (before.get(thread) ?? 0), 0) / (overMs / 100)
}

/** CPU of each thread in ms. Source: /proc/<pid>/task/<thread>/schedstat, in ns: /proc/<pid>/stat has ticks of 10 ms, too coarse for idling. */
async function cpuByThread(pid: number): Promise<ReadonlyMap<string, number>> {
  const threads = await readdir(`/proc/${pid}/task`)
  const texts = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => null)))
  return new Map(threads.flatMap((thread, index) => (texts[index] ? [[thread, Number(texts[index].split(' ')[0]) / 1e6] as const] : [])))
}

/** CPU in ms of a process, of its children that live, and of those that it has waited for. */
export async function treeCpuMs(pid: number): Promise<number> {
  const pids = (await readdir('/proc')).map(Number).filter((each) => each > 0)
  const all = await Promise.all(pids.map(async (each) => ({ pid: each, fields: await statOf(each).catch(() => []) })))
  return all.reduce((sum, { pid: each, fields }) => {
    if (each === pid) return sum + ticksMs(fields, [11, 12, 13, 14])
    return Number(fields[1]) === pid ? sum + ticksMs(fields, [11, 12]) : sum
  }, 0)
}

/** CPU of a process in ms. */
export async function cpuMs(pid: number): Promise<number> {
  return ticksMs(await statOf(pid), [11, 12])
}

function ticksMs(fields: readonly string[], indices: readonly number[]): number {
  return indices.reduce((sum, index) => sum + Number(fields[index]) * 10, 0)
}

/** The fields of /proc/<pid>/stat after the name, which is in brackets and may contain spaces. */
async function statOf(pid: number): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
