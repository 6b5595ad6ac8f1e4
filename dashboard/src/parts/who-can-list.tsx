import { WhoCanDocument, type WhoCanQueryVariables } from '../../generated/operations.ts'
import { useAsk } from '../graphql/use-query.ts'
import { useApiLanguage } from '../words/preferences.ts'
import { useText } from '../words/use-text.ts'
import { Fault } from './fault.tsx'

/** Who may or could do something, as sentences that name the grants. Null: nothing is asked yet. */
export function WhoCanList({ asked }: { readonly asked: Omit<WhoCanQueryVariables, 'language'> | null }) {
  const text = useText()
  const language = useApiLanguage()
  const { data, error } = useAsk('whoCan', WhoCanDocument, { ...(asked ?? { permission: 'RUN' }), language }, { isEnabled: asked !== null })
  if (asked === null) return null
  return (
    <>
      <Fault error={error} />
      {data && (
        <ul className="plain" data-who-can={data.whoCan.length}>
          {data.whoCan.map(({ subject, sentence }) => (
            <li key={`${subject.kind}${subject.id}`}>{sentence}</li>
          ))}
        </ul>
      )}
      {data?.whoCan.length === 0 && <p className="muted">{text('access.nobody')}</p>}
    </>
  )
}
