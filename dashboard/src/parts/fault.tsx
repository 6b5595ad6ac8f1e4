import { Alert, Button } from 'antd'
import type { AskError } from '../graphql/ask.ts'
import { useText } from '../words/use-text.ts'

/** What went wrong, with its code, and another try. */
export function Fault({ error, retry }: { readonly error: AskError | null | undefined; readonly retry?: () => void }) {
  const text = useText()
  if (!error) return null
  const title = error.code === 'UNREACHABLE' ? text('fault.unreachable') : `${error.code}: ${error.message}`
  const action = retry && (
    <Button size="small" onClick={retry}>
      {text('fault.retry')}
    </Button>
  )
  return <Alert type="error" showIcon title={title} action={action} />
}
