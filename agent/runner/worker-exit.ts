import { inlineValue } from '@elves/schemas/codec/value.ts'
import type { TaskOutput } from '@elves/schemas/generated/types.ts'
import type { WorkerMode } from './app-manifest.ts'
import { type ExitStatus, failed, notStarted, rejected, saidNo, succeeded, withExit } from './run-end.ts'
import type { KeptText } from './tagged-text.ts'
import type { RunEnd } from './worker-call.ts'
import type { PrintedOutput } from './worker-output.ts'

export interface WorkerExit extends ExitStatus {
  /** Milliseconds from spawn to exit. */
  readonly costMs: number
}

/** Returns the end that a worker's exit and output mean by the contract. `failureMark`: see {@link Contained}. */
export function endOfWorker(exit: WorkerExit, printed: PrintedOutput, failureMark: string | null, mode: WorkerMode = 'classic'): RunEnd {
  const { standardError } = printed
  if (exit.code !== 0 && failureMark !== null && standardError.startsWith(failureMark)) {
    return rejected(notStarted(standardError.slice(failureMark.length).trim()))
  }
  return withExit(endByContract(exit, printed, mode), exit, printed)
}

function endByContract({ code, signal, costMs }: WorkerExit, printed: PrintedOutput, mode: WorkerMode): RunEnd {
  const { flag, result, standardOutput, standardError, isAltered } = printed
  if (code !== 0) {
    const how = signal === null ? `exit status ${code}` : `signal ${signal}`
    const text = `app exec error : ${how}${standardError === '' ? '' : `, standard error: ${standardError}`}`
    return failed({ code: 'WORKER_EXIT', text, what: `the worker ended with ${how}`, costMs }, printed)
  }
  if (mode === 'plain' && result !== null) return succeeded(taskOutput(1, result, { costMs, isAltered }))
  if (flag === null) {
    const text = `app output flag error : ${standardOutput}`
    return failed({ code: 'WORKER_NO_FLAG', text, what: 'the worker printed no <ElvesWFlag>', costMs }, printed)
  }
  if (result === null) {
    const text = `app output result error : ${standardOutput}`
    return failed({ code: 'WORKER_NO_RESULT', text, what: 'the worker printed no <ElvesWResult>', costMs }, printed)
  }
  // Compared exactly, as 0.1.x does: ` true` and `True` are not `true`.
  if (flag.text === 'true') return succeeded(taskOutput(1, result, { costMs, isAltered }))
  return saidNo(taskOutput(0, result, { costMs, isAltered }), flag.isTruncated ? `${flag.text}…` : flag.text, printed)
}

function taskOutput(workerFlag: 0 | 1, result: KeptText, { costMs, isAltered }: { costMs: number; isAltered: boolean }): TaskOutput {
  const { text, isTruncated, byteCount, sha256 } = result
  return { workerFlag, message: inlineValue(text), costMs, truncated: isTruncated, byteCount, sha256, altered: isAltered, printed: null, exit: null }
}
