import { Spin } from 'antd'
import { useText } from '../words/use-text.ts'

/** Stands where something is on its way. The spinning thing itself has no role, so its label stands around it. */
export function Loading() {
  const text = useText()
  return (
    <div role="status" aria-label={text('list.loading')}>
      <Spin />
    </div>
  )
}
