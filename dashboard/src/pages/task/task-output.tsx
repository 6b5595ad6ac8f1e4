import { Card } from 'antd'
import { useEffect, useState } from 'react'
import { TaskOutputAddedDocument, type TaskOutputAddedSubscription } from '../../../generated/operations.ts'
import type { AskError } from '../../graphql/ask.ts'
import { byFrame } from '../../graphql/by-frame.ts'
import { follow } from '../../graphql/follow.ts'
import { Fault } from '../../parts/fault.tsx'
import { useText } from '../../words/use-text.ts'

type Added = TaskOutputAddedSubscription['taskOutputAdded']
type Chunk = Added['chunks'][number]

/** The page keeps so many pieces of what a run prints; the API has all that is kept. */
const mostChunks = 2_000

/** What the run prints, as it prints it. */
export function TaskOutput({ id, isEnded }: { readonly id: string; readonly isEnded: boolean }) {
  const text = useText()
  const [chunks, setChunks] = useState<readonly Chunk[]>([])
  const [last, setLast] = useState<Added | null>(null)
  const [error, setError] = useState<AskError | null>(null)
  useEffect(() => {
    let from = 0
    setChunks([])
    const frames = byFrame<Added>((added) => {
      setChunks((before) => [...before, ...added.flatMap((one) => one.chunks)].slice(-mostChunks))
      setLast(added.at(-1) ?? null)
    })
    const stop = follow({
      document: TaskOutputAddedDocument,
      variables: () => ({ task: id, from }),
      onItem: ({ taskOutputAdded }) => {
        from = taskOutputAdded.next
        frames.add(taskOutputAdded)
      },
      onEnd: setError,
    })
    return () => {
      stop()
      frames.stop()
    }
  }, [id])
  if (isEnded && chunks.length === 0 && !error) return null
  return (
    <Card size="small" title={text('task.output')} extra={last?.isCut ? <span className="odd">{text('task.outputCut')}</span> : null}>
      <Fault error={error} />
      {chunks.length === 0 ? (
        <span className="muted">{text('task.noOutput')}</span>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <div className="output" tabIndex={0} role="log" aria-label={text('task.output')}>
          {chunks.map(({ stream, offset, text: printed }) => (
            <span key={`${stream}${offset}`} className={stream === 'ERR' ? 'err' : ''}>
              {printed}
            </span>
          ))}
        </div>
      )}
    </Card>
  )
}
