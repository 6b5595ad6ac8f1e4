import { readFile, writeFile } from 'node:fs/promises'

/** The most memory that a process has had resident since {@link forgetPeak}, in MiB. Linux only. */
export function peakMiB(pid: number): Promise<number> {
  return statusMiB(pid, 'VmHWM')
}

/** The memory that a process has resident now, in MiB. Linux only. */
export function residentMiB(pid: number): Promise<number> {
  return statusMiB(pid, 'VmRSS')
}

export async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5')
}

async function statusMiB(pid: number, name: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.ceil(Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024)
}
