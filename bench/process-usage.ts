import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** Resident memory of a process in MB (10^6 bytes). Source: VmRSS of /proc/<pid>/status. */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024) / 1e6
}

/** CPU that a process uses during `overMs`, in % of a core. Source: utime and stime of /proc/<pid>/stat, in ticks of 10 ms. */
export async function cpuPercent(pid: number, overMs: number): Promise<number> {
  const before = await cpuMs(pid)
  await delay(overMs)
  return ((await cpuMs(pid)) - before) / (overMs / 100)
}

async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The name in brackets may contain spaces, so count the fields after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
