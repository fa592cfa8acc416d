import { useState } from 'react'
import {
  type ActivityError,
  type ExportFormat,
  type ExportQuery,
  toActivityError,
} from '../../client'
import { useActivity } from '../../state/context'
import { Icon } from '../../ui/Icon'
import { Text } from '../../ui/Text'

const formats: readonly { id: ExportFormat; label: string; file: string }[] = [
  { id: 'csv', label: 'CSV, for spreadsheets', file: 'activities.csv' },
  { id: 'ndjson', label: 'NDJSON, one object a line', file: 'activities.ndjson' },
  { id: 'ocsf', label: 'OCSF, for security tools', file: 'activities.ocsf.ndjson' },
]

/**
 * Everything that the search matches. Without a token the browser downloads it itself
 * and streams it to the disk; a link can't carry a token, so then it is fetched here.
 */
export function ExportPanel({ query, close }: { query: ExportQuery; close: () => void }) {
  const { client } = useActivity()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ActivityError>()

  const download = async (format: ExportFormat, file: string) => {
    setBusy(true)
    setError(undefined)
    try {
      const response = await client.export({ ...query, format })
      save(await response.blob(), file)
    } catch (cause) {
      setError(toActivityError(cause))
    }
    setBusy(false)
  }

  return (
    <>
      <p className="oa-menu-title">All that the search matches</p>
      {formats.map(({ id, label, file }) =>
        client.hasToken ? (
          <button
            key={id}
            type="button"
            className="oa-menu-item"
            disabled={busy}
            onClick={() => download(id, file)}
          >
            <Icon name="download" />
            {label}
          </button>
        ) : (
          <a
            key={id}
            className="oa-menu-item"
            href={client.exportUrl({ ...query, format: id })}
            download={file}
            onClick={() => close()}
          >
            <Icon name="download" />
            {label}
          </a>
        ),
      )}
      <div role="status">
        {busy && <p className="oa-menu-note">Downloading…</p>}
        {error && (
          <p className="oa-menu-note" data-error="">
            <Text value={error.message} />
          </p>
        )}
      </div>
    </>
  )
}

function save(blob: Blob, file: string) {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = file
  link.click()
  // Not at once: the download begins after this task.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
