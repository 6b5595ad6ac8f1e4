import { type RunTaskInput, RunTasksDocument, type RunTasksMutation } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'

export interface RunForm {
  readonly app: string
  readonly func: string
  /** JSON text; empty is none. */
  readonly param: string
  readonly target: 'agents' | 'selector'
  readonly agents: readonly string[]
  readonly selector: string
  /** 0 is none. */
  readonly timeoutS: number
}

export type StartedTask = NonNullable<RunTasksMutation['runTasks'][number]['task']>

export interface StartedRun {
  readonly form: RunForm
  readonly tasks: readonly StartedTask[]
  /** Everything up to here is in `tasks`; progress is followed from here on. */
  readonly position: string
  /** Why some agents have no task, each reason once. */
  readonly refusals: readonly { readonly code: string; readonly message: string; readonly count: number }[]
}

export function inputsOf({ app, func, param, target, agents, selector, timeoutS }: RunForm): RunTaskInput[] {
  const one: RunTaskInput = {
    app,
    func,
    wait: false,
    timeoutMs: (timeoutS ?? 0) * 1_000,
    ...(param.trim() !== '' && { param: JSON.parse(param) as unknown }),
  }
  return target === 'selector' ? [{ ...one, selector }] : agents.map((agent) => ({ ...one, agent }))
}

/** What one call takes. */
const inputsOfCall = 1_000

export async function startRun(form: RunForm): Promise<StartedRun> {
  const inputs = inputsOf(form)
  const runTasks: RunTasksMutation['runTasks'][number][] = []
  for (let first = 0; first < inputs.length; first += inputsOfCall) {
    const answer = await ask(RunTasksDocument, { inputs: inputs.slice(first, first + inputsOfCall) })
    runTasks.push(...answer.runTasks)
  }
  const counted = new Map<string, { code: string; message: string; count: number }>()
  for (const { refusal, leftOut } of runTasks) {
    for (const { code, message } of [...(refusal ? [refusal] : []), ...(leftOut ?? [])]) {
      const known = counted.get(code) ?? { code, message, count: 0 }
      counted.set(code, { ...known, count: known.count + 1 })
    }
  }
  const positions = runTasks.flatMap(({ position }) => position ?? [])
  return {
    form,
    tasks: runTasks.flatMap(({ task, tasks }) => tasks ?? (task ? [task] : [])),
    // The first of several: the tasks of the later inputs may have gone on before their own answer.
    position: positions.sort()[0] ?? '',
    refusals: [...counted.values()],
  }
}
