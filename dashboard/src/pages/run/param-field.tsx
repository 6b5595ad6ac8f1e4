import { Form, Input, InputNumber, Select, Switch } from 'antd'
import { checkJson } from '../../parts/check-json.ts'
import { useText } from '../../words/use-text.ts'

interface ObjectSchema {
  readonly properties: Readonly<Record<string, PropertySchema>>
  readonly required?: readonly string[]
}

interface PropertySchema {
  readonly type?: string
  readonly enum?: readonly (string | number)[]
  readonly title?: string
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
}

/**
 * The parameter: fields where the function's schema is an object of plain values, JSON text otherwise. The fields write the JSON text,
 * which is what is sent.
 */
export function ParamField({ schema }: { readonly schema: unknown }) {
  const text = useText()
  const form = Form.useFormInstance()
  const given = Form.useWatch('param', form) as string | undefined
  const described = fieldsOf(schema)
  const value = objectOf(given ?? '')
  const set = (name: string, one: unknown) => {
    const next = { ...value, [name]: one === '' || one === null ? undefined : one }
    form.setFieldValue('param', JSON.stringify(next, null, 2))
  }
  return (
    <>
      {described &&
        Object.entries(described.properties).map(([name, property]) => (
          <Form.Item
            key={name}
            label={property.title ?? name}
            htmlFor={`param-${name}`}
            required={described.required?.includes(name) ?? false}
            extra={property.description}
          >
            <Field id={`param-${name}`} property={property} value={value[name]} set={(one) => set(name, one)} />
          </Form.Item>
        ))}
      <Form.Item
        name="param"
        label={text('run.param')}
        rules={[{ validator: async (_, json: string) => (json.trim() === '' ? undefined : checkJson(json, text('run.notJson'))) }]}
      >
        <Input.TextArea rows={6} className="mono" spellCheck={false} placeholder='{"name": "value"}' />
      </Form.Item>
    </>
  )
}

interface FieldProps {
  readonly id: string
  readonly property: PropertySchema
  readonly value: unknown
  readonly set: (value: unknown) => void
}

function Field({ id, property, value, set }: FieldProps) {
  if (property.enum)
    return (
      <Select id={id} allowClear value={value ?? null} options={property.enum.map((one) => ({ value: one, label: String(one) }))} onChange={set} />
    )
  if (property.type === 'boolean') return <Switch id={id} checked={value === true} onChange={set} />
  if (property.type === 'string') return <Input id={id} value={typeof value === 'string' ? value : ''} onChange={({ target }) => set(target.value)} />
  const limits = {
    ...(property.minimum !== undefined && { min: property.minimum }),
    ...(property.maximum !== undefined && { max: property.maximum }),
  }
  return (
    <InputNumber
      id={id}
      value={typeof value === 'number' ? value : null}
      onChange={set}
      {...limits}
      {...(property.type === 'integer' && { precision: 0 })}
    />
  )
}

const plain = ['string', 'number', 'integer', 'boolean']

function fieldsOf(schema: unknown): ObjectSchema | null {
  const { type, properties } = (schema ?? {}) as { type?: string; properties?: Record<string, PropertySchema> }
  if (type !== 'object' || properties === undefined) return null
  return Object.values(properties).every((one) => one.enum !== undefined || plain.includes(one.type ?? '')) ? (schema as ObjectSchema) : null
}

function objectOf(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
