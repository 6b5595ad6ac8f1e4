import { Button, Form, Input, Modal, Progress } from 'antd'
import { useState } from 'react'
import { useDone } from '../../parts/use-done.tsx'
import { useMay } from '../../session/use-viewer.ts'
import { useText } from '../../words/use-text.ts'
import { uploadPackage } from './upload-package.ts'

/** A new version of an app: its package is sent as it is, and the page shows how far it is. */
export function UploadVersion({ app }: { readonly app: string }) {
  const text = useText()
  const done = useDone()
  const isOffered = useMay('MANAGE_APPS')
  const [isOpen, setOpen] = useState(false)
  const [version, setVersion] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const [percent, setPercent] = useState<number | null>(null)
  const upload = async () => {
    if (file === null) return
    setPercent(0)
    const is = await done(text('apps.upload'), () => uploadPackage(app, version.trim(), file, setPercent))
    setPercent(null)
    if (is) setOpen(false)
  }
  const open = () => {
    setVersion('')
    setFile(null)
    setOpen(true)
  }
  if (!isOffered) return null
  return (
    <>
      <Button size="small" onClick={open} data-needs="MANAGE_APPS">
        {text('apps.upload')}
      </Button>
      <Modal
        open={isOpen}
        title={`${text('apps.upload')}: ${app}`}
        okText={text('apps.upload')}
        cancelText={text('run.back')}
        okButtonProps={{ disabled: file === null || version.trim() === '', loading: percent !== null }}
        onCancel={() => setOpen(false)}
        onOk={() => void upload()}
        destroyOnHidden
      >
        <Form layout="vertical">
          <Form.Item label={text('agents.version')} htmlFor={`version-${app}`}>
            <Input id={`version-${app}`} value={version} onChange={({ target }) => setVersion(target.value)} />
          </Form.Item>
          <Form.Item label={text('apps.package')} htmlFor={`package-${app}`}>
            <input id={`package-${app}`} type="file" accept=".zip" onChange={({ target }) => setFile(target.files?.[0] ?? null)} />
          </Form.Item>
        </Form>
        {percent !== null && <Progress percent={percent} aria-label={text('apps.upload')} />}
      </Modal>
    </>
  )
}
