import { Button, Card } from 'antd'
import { SignInMethodsDocument } from '../../generated/operations.ts'
import { useAsk } from '../graphql/use-query.ts'
import { Fault } from '../parts/fault.tsx'
import { Loading } from '../parts/loading.tsx'
import { useText } from '../words/use-text.ts'
import { PasswordForm } from './password-form.tsx'
import { TokenForm } from './token-form.tsx'

/** For a browser that the platform does not know: what it tells a guest of how to sign in; where it tells nothing, it wants its token. */
export function SignIn() {
  const text = useText()
  const { data, error } = useAsk('sign-in-methods', SignInMethodsDocument, {})
  const methods = data?.signInMethods ?? []
  const isToken = error?.code === 'UNAUTHENTICATED' || data?.signInMethods.length === 0
  const hasPassword = methods.includes('PASSWORD')
  return (
    <Card title={text('signIn.title')} className="narrow" data-sign-in={hasPassword ? 'password' : isToken ? 'token' : undefined}>
      <div className="stack">
        {!data && !error && <Loading />}
        {hasPassword && <PasswordForm />}
        {methods.includes('OIDC') && (
          <Button block href={`/sign-in/oidc?to=${encodeURIComponent(`${location.pathname}${location.search}`)}`}>
            {text('signIn.oidc')}
          </Button>
        )}
        {methods.includes('PROXY') && <span className="muted">{text('signIn.proxy')}</span>}
        {isToken ? <TokenForm /> : <Fault error={error} />}
      </div>
    </Card>
  )
}
