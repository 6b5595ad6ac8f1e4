import { encode } from '@elves/schemas/codec/codec.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import { noSecrets } from '@elves/schemas/link/secret-statement.ts'

export const taskId = '0123456789ABCDEF'

export function acknowledged(reportId: number): Buffer {
  return encode('AttemptAcknowledged', { reportId, taskId, attempt: 1, happenedAt: 1 })
}

export function started(reportId: number): Buffer {
  return encode('AttemptStarted', { reportId, taskId, attempt: 1, happenedAt: 1 })
}

export function ended(reportId: number, text = 'done'): Buffer {
  const output = {
    workerFlag: 1,
    message: inlineValue(text),
    costMs: 1,
    truncated: false,
    byteCount: text.length,
    sha256: null,
    altered: false,
    printed: null,
    exit: null,
  }
  const end = { outcome: 'SUCCEEDED', failure: null, output, killed: null, processing: false } as const
  return encode('AttemptEnded', { reportId, taskId, attempt: 1, happenedAt: 1, ...end })
}

export function runTask(attempt: number, param = ''): Buffer {
  return encode('RunTask', {
    taskId,
    attempt,
    journalId: 'journal',
    kind: 'INSTANT',
    app: 'apptest',
    func: 'helloword',
    param: inlineValue(param),
    proxy: null,
    processor: false,
    retriedOn: [],
    ...noSecrets,
    timeoutMs: 0,
    notAfter: 0,
    correlationId: 'c',
    metadata: {},
  })
}
