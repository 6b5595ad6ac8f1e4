import { useQuery } from '@tanstack/react-query'
import { LogGrowthDocument, SignedLogDocument, type SignedLogQuery } from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { timeText } from '../../parts/when.tsx'
import { usePreferences } from '../../words/preferences.ts'
import { useText } from '../../words/use-text.ts'
import { isSignedHead } from './head-signature.ts'
import { checkGrowth } from './log-tree.ts'

type Head = SignedLogQuery['log']['signedHead']

interface SeenHead {
  readonly logId: string
  readonly size: number
  readonly rootHash: string
  readonly signedAt: string
}

const key = 'elves.log-heads'
/** Heads are signed every few seconds while something happens, which no subscription tells. */
const everyMs = 30_000
/** Logs whose last head this browser keeps. */
const mostLogs = 20

/** By which head the log is proven, and whether it only grew since this browser last saw one: somebody who changes it is found out. */
export function LogSign() {
  const text = useText()
  const { language } = usePreferences()
  const { data } = useAsk('signed-log', SignedLogDocument, {}, { everyMs })
  const head = data?.log.signedHead
  const { data: checked } = useQuery({
    queryKey: ['checked-head', head?.rootHash, head?.size],
    queryFn: () => (head ? checkedHead(head) : null),
    enabled: head !== undefined,
  })
  if (!head || !checked) return null
  const isGood = checked.isSigned !== false && checked.isGrown !== false
  const values = { size: head.size.toLocaleString(), at: timeText(head.signedAt, language), key: head.keyId }
  // Of the same head there is nothing to say.
  const since = checked.since?.size === head.size && checked.isGrown ? null : checked.since
  return (
    <p className="muted" data-log-sign={String(isGood)}>
      <span className={`state ${isGood ? 'good' : 'bad'}`} style={{ whiteSpace: 'normal' }}>
        <span>
          {text(checked.isSigned === false ? 'audit.headNotSigned' : 'audit.headIs', values)}{' '}
          {since &&
            text(checked.isGrown ? 'audit.grown' : 'audit.notGrown', { at: timeText(since.signedAt, language), size: since.size.toLocaleString() })}
        </span>
      </span>
    </p>
  )
}

interface CheckedHead {
  /** Null: this browser can not compute that. */
  readonly isSigned: boolean | null
  /** Null where this browser saw no earlier head of this log. */
  readonly since: SeenHead | null
  readonly isGrown: boolean | null
}

async function checkedHead(head: Head): Promise<CheckedHead> {
  const isSigned = await isSignedHead(head)
  const since = seenHeads().find(({ logId }) => logId === head.logId) ?? null
  const isGrown = since && since.size <= head.size ? await grewFrom(since, head) : since === null
  // A head that does not follow the last one takes nothing from what this browser knows.
  if (isSigned !== false && isGrown) keep(head)
  return { isSigned, since, isGrown: since === null ? null : isGrown }
}

async function grewFrom(since: SeenHead, head: Head): Promise<boolean> {
  if (since.size === head.size) return since.rootHash === head.rootHash
  const { consistency } = await ask(LogGrowthDocument, { fromSize: since.size, toSize: head.size })
  // The roots are those that this browser has, whatever the answer says.
  return checkGrowth({ ...consistency, fromSize: since.size, toSize: head.size, fromRootHash: since.rootHash, toRootHash: head.rootHash })
}

function seenHeads(): readonly SeenHead[] {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '[]') as SeenHead[]
  } catch {
    return []
  }
}

function keep({ logId, size, rootHash, signedAt }: Head): void {
  const others = seenHeads().filter((one) => one.logId !== logId)
  localStorage.setItem(key, JSON.stringify([{ logId, size, rootHash, signedAt }, ...others].slice(0, mostLogs)))
}
