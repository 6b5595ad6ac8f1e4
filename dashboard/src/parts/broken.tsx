import { Button, Result } from 'antd'
import { isRouteErrorResponse, useRouteError } from 'react-router'
import { useText } from '../words/use-text.ts'

/** Shown in place of a page that can not be shown: there is none at this address, or it has a fault. */
export function Broken() {
  const text = useText()
  const error = useRouteError()
  const isMissing = isRouteErrorResponse(error) && error.status === 404
  const reload = (
    <Button type="primary" onClick={() => location.assign('/')}>
      {text('broken.home')}
    </Button>
  )
  return (
    <Result
      status={isMissing ? '404' : 'error'}
      title={text(isMissing ? 'broken.missing' : 'broken.fault')}
      subTitle={error instanceof Error ? error.message : undefined}
      extra={reload}
    />
  )
}
