import { readdir, readFile } from 'node:fs/promises'

/** The process and all that it started, those too that these started. Linux only. */
export async function processTree(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => [])
  const texts = await Promise.all(tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'latin1').catch(() => '')))
  const children = texts.flatMap((text) => text.split(' ').filter(Boolean).map(Number))
  return [pid, ...(await Promise.all(children.map(processTree))).flat()]
}

/** The number that the next descriptor of the process would have. Linux only. */
export async function nextDescriptor(pid: number): Promise<number> {
  const used = new Set((await readdir(`/proc/${pid}/fd`)).map(Number))
  for (let number = 0; ; number++) if (!used.has(number)) return number
}
