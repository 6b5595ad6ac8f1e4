import { cutText } from '@elves/core/foundation/text.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import type { CronEntry } from '../crons/cron-file.ts'
import type { RunEnd } from '../runner/worker-call.ts'

/** A task in `/stat/tasks`, in the order of its fields. */
interface PanelTask {
  readonly Time: string
  readonly ID: string
  readonly Type: string
  readonly Mode: string
  readonly Proxy: string
  readonly App: string
  readonly Func: string
  readonly Costtime: number
  readonly Flag: string
}

/** What a run was, as far as the panel shows it. */
export type ShownRun = Pick<RunTask, 'taskId' | 'app' | 'func' | 'proxy'> & { readonly type: 'rt' | 'queue' | 'cron'; readonly mode: 'P' | 'NP' }

const [tasksShown, errorsShown, errorLength] = [40, 20, 1_000]
const noTask: PanelTask = { Time: '', ID: '', Type: '', Mode: '', Proxy: '', App: '', Func: '', Costtime: 0, Flag: '' }
const neverRun = '0000/00/00 00:00:00'

/** What the panel shows of what happened on this agent since it started. The newest is first; places that nothing has taken yet are empty. */
export class PanelStats {
  readonly #tasks: PanelTask[] = []
  readonly #errors: string[] = []
  readonly #lastRuns = new Map<string, string>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  ended({ taskId, type, mode, proxy, app, func }: ShownRun, { output, failure }: RunEnd): void {
    const Flag = output?.workerFlag === 1 ? 'success' : output?.workerFlag === 0 ? 'failure' : 'error'
    const Time = panelTime(this.#now())
    const task = { Time, ID: taskId, Type: type, Mode: mode, Proxy: proxy ?? '', App: app, Func: func, Costtime: output?.costMs ?? 0, Flag }
    this.#tasks.unshift(task)
    this.#tasks.splice(tasksShown)
    if (Flag === 'error') this.failed(`[task:${taskId}] ${app} ${func}: ${failure?.message ?? failure?.code ?? 'no result'}`)
  }

  cronRan(id: string): void {
    this.#lastRuns.set(id, panelTime(this.#now()))
  }

  failed(text: string): void {
    this.#errors.unshift(`${panelTime(this.#now())}|${cutText(text, errorLength)}`)
    this.#errors.splice(errorsShown)
  }

  tasks(): readonly PanelTask[] {
    return Array.from({ length: tasksShown }, (_, index) => this.#tasks[index] ?? noTask)
  }

  errors(): readonly string[] {
    return Array.from({ length: errorsShown }, (_, index) => this.#errors[index] ?? '')
  }

  /** Those that run, by id. */
  crons(entries: readonly CronEntry[]): ReadonlyMap<string, object> {
    const running = entries.filter(({ call }) => call !== null)
    return new Map(
      running.map(({ told: { id, app, func, processor, rule, comment } }) => {
        const Lastexec = this.#lastRuns.get(id) ?? neverRun
        return [id, { Id: id, App: app, Func: func, Mode: processor ? 'P' : 'NP', Rule: rule, Comment: comment, Lastexec }]
      }),
    )
  }
}

/** A time of this host, as 0.1.x wrote it: `2006/01/02 15:04:05`. */
export function panelTime(at: number): string {
  const time = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${time.getFullYear()}/${two(time.getMonth() + 1)}/${two(time.getDate())}`
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}
