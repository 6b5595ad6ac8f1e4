import { Card } from 'antd'
import { useText } from '../words/use-text.ts'
import { ChangePassword } from './change-password.tsx'

/** Somebody else knows the password: the platform takes nothing but another one. */
export function ChangeFirst() {
  const text = useText()
  return (
    <Card title={text('me.changeFirst')} className="narrow">
      <ChangePassword after={() => location.reload()} />
    </Card>
  )
}
