import { inlineValue } from '@elves/schemas/codec/value.ts'
import type { TaskOutput } from '@elves/schemas/generated/types.ts'
import { failed, notStarted, rejected, saidNo, succeeded } from './run-end.ts'
import type { TaggedText } from './tagged-text.ts'
import type { RunEnd } from './worker-call.ts'
import type { PrintedOutput } from './worker-output.ts'

/** How a worker's process ended. */
export interface WorkerExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Milliseconds from spawn to exit. */
  readonly costMs: number
}

/** Returns the end that a worker's exit and output mean by the contract. `failureMark`: see {@link Containment}. */
export function endOfWorker(exit: WorkerExit, printed: PrintedOutput, failureMark: string | null): RunEnd {
  const { code, signal, costMs } = exit
  const { flag, result, standardOutput, standardError } = printed
  if (code !== 0) {
    if (failureMark !== null && standardError.startsWith(failureMark)) {
      return rejected(notStarted(standardError.slice(failureMark.length).trim()))
    }
    const how = signal === null ? `exit status ${code}` : `signal ${signal}`
    const text = `app exec error : ${how}${standardError === '' ? '' : `, standard error: ${standardError}`}`
    return failed({ code: 'WORKER_EXIT', text, what: `the worker ended with ${how}`, costMs }, printed)
  }
  if (flag === null) {
    const text = `app output flag error : ${standardOutput}`
    return failed({ code: 'WORKER_NO_FLAG', text, what: 'the worker printed no <ElvesWFlag>', costMs }, printed)
  }
  if (result === null) {
    const text = `app output result error : ${standardOutput}`
    return failed({ code: 'WORKER_NO_RESULT', text, what: 'the worker printed no <ElvesWResult>', costMs }, printed)
  }
  const { isAltered } = printed
  // Compared exactly, as 0.1.x does: ` true` and `True` are not `true`.
  if (flag.text === 'true') return succeeded(taskOutput(1, result, { costMs, isAltered }))
  return saidNo(taskOutput(0, result, { costMs, isAltered }), flag.isTruncated ? `${flag.text}…` : flag.text, printed)
}

function taskOutput(workerFlag: 0 | 1, result: TaggedText, { costMs, isAltered }: { costMs: number; isAltered: boolean }): TaskOutput {
  const { text, isTruncated, byteCount, sha256 } = result
  return { workerFlag, message: inlineValue(text), costMs, truncated: isTruncated, byteCount, sha256, altered: isAltered, printed: null }
}
