import { Background, Controls, type Edge, type Node, ReactFlow } from '@xyflow/react'
import ELK from 'elkjs/lib/elk.bundled.js'
import { useEffect, useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import '@xyflow/react/dist/style.css'
import { State } from '../../parts/state.tsx'
import { usePreferences } from '../../words/preferences.ts'
import type { QueueOfPage } from './queue.tsx'

type QueueTask = QueueOfPage['tasks']['nodes'][number]
type Places = ReadonlyMap<string, { readonly x: number; readonly y: number }>

const width = 190
const height = 52
const elk = new ELK()

export interface QueueGraphProps {
  readonly tasks: readonly QueueTask[]
  readonly chosen: readonly string[]
  /** Gets a task that was clicked; null: a click opens it. */
  readonly select: ((task: string) => void) | null
}

/** The tasks of a queue with what they wait for, in layers from left to right; their states are live. */
export function QueueGraph({ tasks, chosen, select }: QueueGraphProps) {
  const { theme } = usePreferences()
  const navigate = useNavigate()
  const shape = tasks.map(({ id, parents }) => `${id}<${parents.map((parent) => parent.id).join()}`).join()
  const places = usePlaces(tasks, shape)
  const known = new Set(tasks.map(({ id }) => id))
  const nodes: Node[] = tasks.map((task) => ({
    id: task.id,
    position: places.get(task.id) ?? { x: 0, y: 0 },
    width,
    height,
    selected: chosen.includes(task.id),
    data: {
      label: (
        <div>
          <div>{`${task.app}.${task.func}`}</div>
          <State state={task.state} />
        </div>
      ),
    },
    sourcePosition: 'right' as never,
    targetPosition: 'left' as never,
  }))
  const edges: Edge[] = tasks.flatMap(({ id, parents }) =>
    parents.filter((parent) => known.has(parent.id)).map((parent) => ({ id: `${parent.id}-${id}`, source: parent.id, target: id })),
  )
  return (
    <div className="graph">
      {places.size > 0 && (
        <ReactFlow
          nodes={nodes}
          edges={edges}
          fitView
          fitViewOptions={{ maxZoom: 1 }}
          colorMode={theme}
          nodesDraggable={false}
          nodesConnectable={false}
          proOptions={{ hideAttribution: true }}
          onNodeClick={(_, { id }) => (select ? select(id) : void navigate(`/tasks/${id}`))}
        >
          <Background />
          <Controls showInteractive={false} />
        </ReactFlow>
      )}
    </div>
  )
}

/** Laid out anew only when tasks were added: a change of a state moves nothing. */
function usePlaces(tasks: readonly QueueTask[], shape: string): Places {
  const [places, setPlaces] = useState<Places>(new Map())
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape says all that the layout depends on
  const graph = useMemo(() => {
    const known = new Set(tasks.map(({ id }) => id))
    return {
      id: 'queue',
      layoutOptions: { 'elk.algorithm': 'layered', 'elk.direction': 'RIGHT', 'elk.layered.spacing.nodeNodeBetweenLayers': '60' },
      children: tasks.map(({ id }) => ({ id, width, height })),
      edges: tasks.flatMap(({ id, parents }) =>
        parents.filter((parent) => known.has(parent.id)).map((parent) => ({ id: `${parent.id}-${id}`, sources: [parent.id], targets: [id] })),
      ),
    }
  }, [shape])
  useEffect(() => {
    let isOver = false
    void elk.layout(graph).then(({ children = [] }) => {
      if (!isOver) setPlaces(new Map(children.map(({ id, x = 0, y = 0 }) => [id, { x, y }])))
    })
    return () => {
      isOver = true
    }
  }, [graph])
  return places
}
