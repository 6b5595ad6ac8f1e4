import { inlineValue } from '@elves/schemas/codec/value.ts'
import type { TaskOutput } from '@elves/schemas/generated/types.ts'
import { failed, rejected, saidNo, spawnFailed, succeeded } from './run-end.ts'
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

/** What a worker's exit and output mean, by the contract. `failureMark`: see {@link Containment}. */
export function endOfWorker(exit: WorkerExit, printed: PrintedOutput, failureMark: string | null): RunEnd {
  const { code, signal, costMs } = exit
  const { flag, result, outputTail, errorTail } = printed
  if (code !== 0) {
    if (failureMark !== null && errorTail.startsWith(failureMark)) return rejected(spawnFailed(errorTail.slice(failureMark.length).trim()))
    const how = signal === null ? `exit status ${code}` : `signal ${signal}`
    return failed('WORKER_EXIT', `app exec error : ${how}${errorTail === '' ? '' : `, standard error: ${errorTail}`}`, costMs)
  }
  if (flag === null) return failed('WORKER_NO_FLAG', `app output flag error : ${outputTail}`, costMs)
  if (result === null) return failed('WORKER_NO_RESULT', `app output result error : ${outputTail}`, costMs)
  // Compared as it stands, like the original: ` true` and `True` are not `true`.
  return flag.text === 'true' ? succeeded(taskOutput(1, result, costMs)) : saidNo(taskOutput(0, result, costMs), errorTail)
}

function taskOutput(workerFlag: 0 | 1, { text, isTruncated, byteCount, sha256 }: TaggedText, costMs: number): TaskOutput {
  return { workerFlag, message: inlineValue(text), costMs, truncated: isTruncated, byteCount, sha256 }
}
