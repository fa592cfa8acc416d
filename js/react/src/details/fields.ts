import type { ActivityDetail } from '../client'
import type { FilterField } from '../state/filters'

export type FieldKind = 'text' | 'mono' | 'time' | 'duration' | 'severity' | 'status' | 'number'

export interface Field {
  readonly key: keyof ActivityDetail
  readonly label: string
  readonly kind: FieldKind
  /** The filter that shows other activities with the same value. */
  readonly filter?: FilterField
}

export interface FieldGroup {
  readonly title: string
  readonly fields: readonly Field[]
}

/** Every plain field of an activity, in the order in which questions are asked. */
export const fieldGroups: readonly FieldGroup[] = [
  {
    title: 'What',
    fields: [
      { key: 'action', label: 'Action', kind: 'mono', filter: 'action' },
      { key: 'details', label: 'Details', kind: 'text' },
      { key: 'reason', label: 'Reason', kind: 'text' },
      { key: 'status', label: 'Status', kind: 'status', filter: 'status' },
      { key: 'severity', label: 'Severity', kind: 'severity', filter: 'severity' },
      { key: 'severityNumber', label: 'Severity number', kind: 'number' },
      { key: 'source', label: 'Source', kind: 'text', filter: 'source' },
      { key: 'duration', label: 'Duration', kind: 'duration' },
    ],
  },
  {
    title: 'Who',
    fields: [
      { key: 'actorName', label: 'Actor name', kind: 'text' },
      { key: 'actorId', label: 'Actor', kind: 'mono', filter: 'actorId' },
      { key: 'actorType', label: 'Actor type', kind: 'text' },
      { key: 'onBehalfOf', label: 'On behalf of', kind: 'mono', filter: 'onBehalfOf' },
      { key: 'clientAddress', label: 'Client address', kind: 'mono' },
    ],
  },
  {
    title: 'To what',
    fields: [
      { key: 'entityName', label: 'Entity name', kind: 'text' },
      { key: 'entityType', label: 'Entity type', kind: 'text', filter: 'entityType' },
      { key: 'entityId', label: 'Entity', kind: 'mono', filter: 'entityId' },
      { key: 'projectId', label: 'Project', kind: 'mono', filter: 'projectId' },
    ],
  },
  {
    title: 'Where and when',
    fields: [
      { key: 'occurredAt', label: 'Occurred', kind: 'time' },
      { key: 'observedAt', label: 'Observed', kind: 'time' },
      { key: 'ingestedAt', label: 'Stored', kind: 'time' },
      { key: 'serviceName', label: 'Service', kind: 'text' },
      { key: 'environment', label: 'Environment', kind: 'text' },
      { key: 'operationId', label: 'Operation', kind: 'mono', filter: 'operationId' },
      { key: 'traceId', label: 'Trace', kind: 'mono', filter: 'traceId' },
      { key: 'spanId', label: 'Span', kind: 'mono' },
      { key: 'id', label: 'Id', kind: 'mono' },
      { key: 'hash', label: 'Hash', kind: 'mono' },
    ],
  },
]
