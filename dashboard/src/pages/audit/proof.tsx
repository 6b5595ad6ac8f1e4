import { useQuery } from '@tanstack/react-query'
import { EventProofDocument, type EventProofQuery, type EventRowFragment } from '../../../generated/operations.ts'
import { useAsk } from '../../graphql/use-query.ts'
import { Fault } from '../../parts/fault.tsx'
import { Json } from '../../parts/json.tsx'
import { useText } from '../../words/use-text.ts'
import { isSignedHead } from './head-signature.ts'
import { checkInclusion, leafHashOf } from './log-tree.ts'
import { shownIsLeaf } from './shown-is-leaf.ts'

type ProofOfEvent = EventProofQuery['proof']

/** What was computed in this browser; null: it can not compute that. */
interface Checked {
  /** What is shown is what the leaf says. */
  readonly isShown: boolean
  /** The leaf is in the tree of the signed head. */
  readonly isInLog: boolean
  readonly isSigned: boolean | null
}

/** Proves an event as it is shown, by the last signed head of the log. */
export function Proof({ event }: { readonly event: EventRowFragment }) {
  const text = useText()
  // A new event is proved by the next signed head, some seconds later.
  const waits = { everyMs: 3_000, everyMsOn: ['EVENT_NOT_COVERED', 'LOG_TREE_MISSING'] }
  const { data, error } = useAsk('proof', EventProofDocument, { event: event.id }, waits)
  const proof = data?.proof
  const { data: checked } = useQuery({
    queryKey: ['checked', event.id, proof],
    queryFn: () => (proof ? checkedOf(event, proof) : null),
    enabled: proof !== undefined,
  })
  if (error) return <Fault error={error} />
  if (!proof) return null
  const { size, signedHead } = proof
  const isProved = checked ? checked.isShown && checked.isInLog && checked.isSigned !== false : null
  return (
    <div className="stack" data-proof={isProved === null ? 'checking' : String(isProved)}>
      {!checked && <span>{text('list.loading')}</span>}
      {checked && (
        <ul className="plain">
          <Line is={checked.isShown} what={text(checked.isShown ? 'audit.shownIs' : 'audit.shownIsNot')} />
          <Line is={checked.isInLog} what={text(checked.isInLog ? 'audit.proved' : 'audit.notProved', { size })} />
          <Line
            is={checked.isSigned}
            what={text(checked.isSigned === null ? 'audit.signatureUnknown' : checked.isSigned ? 'audit.signed' : 'audit.notSigned', {
              at: signedHead.signedAt,
              key: signedHead.keyId,
            })}
          />
        </ul>
      )}
      <Json value={proof} label={text('audit.prove')} />
    </div>
  )
}

function Line({ is, what }: { readonly is: boolean | null; readonly what: string }) {
  return (
    <li>
      <span className={`state ${is === null ? 'odd' : is ? 'good' : 'bad'}`} style={{ whiteSpace: 'normal' }}>
        <span>{what}</span>
      </span>
    </li>
  )
}

async function checkedOf(event: EventRowFragment, proof: ProofOfEvent): Promise<Checked> {
  const { leaf, leafHash, rootHash, size, signedHead } = proof
  const isHead = signedHead.rootHash === rootHash && signedHead.size === size
  const [isShown, hash, isIn, isSigned] = await Promise.all([
    shownIsLeaf(event, leaf),
    leafHashOf(leaf),
    checkInclusion(proof),
    isSignedHead(signedHead),
  ])
  return { isShown, isInLog: isHead && isIn && hash === leafHash, isSigned }
}
